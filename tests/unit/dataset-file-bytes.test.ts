import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { FileSource } from "../../src/dataset/source.ts";

const BASE = mkdtempSync(join(tmpdir(), "plumb-bytes-"));
afterAll(() => rmSync(BASE, { recursive: true, force: true }));

const source = new FileSource();
const COMPRESSIONS: [string, (text: string) => Uint8Array][] = [
  ["gzip", (text) => gzipSync(text)],
  ["zstd", (text) => zstdCompressSync(text)],
];

function file(name: string, content: Uint8Array | string): string {
  const path = join(BASE, name);
  writeFileSync(path, content);
  return path;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}

describe.each(COMPRESSIONS)("a file of %s, whatever it is called", (name, compress) => {
  test("opens as lines, larger than any chunk", async () => {
    const lines = Array.from({ length: 100_000 }, (_, k) => `第 ${k} line ${(k * 7919) % 1013}`);
    expect(await all(source.lines(file(`${name}-lines.txt`, compress(lines.join("\n")))))).toEqual(lines);
  });

  test("opens as JSON and as CSV", async () => {
    expect(await source.json(file(`${name}.json`, compress('\uFEFF{"a": [1]}')))).toEqual({ a: [1] });
    expect(await all(source.csv(file(`${name}.csv`, compress("a,b\n1,2\n"))))).toEqual([{ a: "1", b: "2" }]);
  });

  test("of several parts is read to its end", async () => {
    const parts = Buffer.concat([compress("one\ntw"), compress("o\nthree")]);
    expect(await all(source.lines(file(`${name}-parts`, parts)))).toEqual(["one", "two", "three"]);
  });

  test("may be left in the middle", async () => {
    const path = file(`${name}-long`, compress("line\n".repeat(500_000)));
    for await (const line of source.lines(path)) {
      expect(line).toBe("line");
      break;
    }
  });

  test("that is cut is an error that names it", async () => {
    const whole = compress(Array.from({ length: 5000 }, (_, k) => `${Math.sin(k)}`).join("\n"));
    const path = file(`${name}-cut`, whole.subarray(0, whole.length / 2));
    await expect(all(source.lines(path))).rejects.toMatchObject({ name: "UserError", exitCode: 2 });
    await expect(all(source.lines(path))).rejects.toThrow(`${path} is broken ${name}`);
  });
});

test("plain files are read as they are: empty, short, and beginning like a compressed one", async () => {
  expect(await all(source.lines(file("empty", "")))).toEqual([]);
  expect(await all(source.lines(file("short", "a")))).toEqual(["a"]);
  expect(await all(source.lines(file("like", new Uint8Array([0x1f, 0x41]))))).toEqual(["\x1fA"]);
});
