import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { UserError } from "../../src/config/user-error.ts";
import { readLines } from "../../src/dataset/lines.ts";

const folder = mkdtempSync(join(tmpdir(), "plumb-lines-"));
afterAll(() => rmSync(folder, { recursive: true }));

const CHUNK = 256 * 1024;

function file(content: string | Uint8Array): string {
  const path = join(folder, `${Bun.hash(content)}.txt`);
  writeFileSync(path, content);
  return path;
}

const lines = (path: string) => Array.fromAsync(readLines(path));

describe("readLines", () => {
  test("line ends of either kind, and a last line without one", async () => {
    expect(await lines(file("one\ntwo\r\n\nthree"))).toEqual(["one", "two", "", "three"]);
    expect(await lines(file("one\n"))).toEqual(["one"]);
    expect(await lines(file("\n\n"))).toEqual(["", ""]);
    expect(await lines(file(""))).toEqual([]);
  });

  test("a return inside a line stays", async () => expect(await lines(file("a\rb\r\n"))).toEqual(["a\rb"]));

  test("a byte order mark goes, at the start only", async () => {
    expect(await lines(file("\uFEFFone\n\uFEFFtwo\n"))).toEqual(["one", "\uFEFFtwo"]);
    expect(await lines(file("\uFEFF"))).toEqual([]);
  });

  test("characters and line ends that straddle a chunk's border are whole", async () => {
    for (const straddling of ["é", "中", "😀", "\r\n"]) {
      for (let shift = 0; shift < 5; shift++) {
        const text = `${"x".repeat(CHUNK - shift)}${straddling}end\nlast`;
        expect((await lines(file(text))).join("\n")).toBe(text.replace("\r\n", "\n"));
      }
    }
  });

  test("any text comes back as it was written", async () => {
    const line = fc.string({ unit: "grapheme" }).filter((text) => !/[\r\n\uFEFF]/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.constantFrom("\n", "\r\n"), async (written, end) => {
        expect(await lines(file(written.map((text) => text + end).join("")))).toEqual(written);
      }),
      { numRuns: 50 },
    );
  });

  test("bytes that are not UTF-8 are refused by their line, a cut end included", async () => {
    const refused = (bytes: Buffer, line: number) =>
      expect(lines(file(bytes))).rejects.toThrow(`.txt:${line} is not UTF-8: convert the file`);
    await refused(Buffer.from("one\ncaf\u00e9\nthree\n", "latin1"), 2);
    await refused(Buffer.from([0x61, 0x0a, 0x62, 0xe4, 0xb8]), 2);
    const far = Buffer.concat([Buffer.from(`${"中文\n".repeat(CHUNK / 7)}${"x".repeat(CHUNK)}`), Buffer.from([0xff])]);
    await refused(far, Math.floor(CHUNK / 7) + 1);
  });

  test("a replacement character that stands in the file is a character like any other", async () => {
    expect(await lines(file("a\uFFFD\n"))).toEqual(["a\uFFFD"]);
  });

  test("UTF-16 is named as such, and a binary file can be looked at", async () => {
    for (const text of [Buffer.from("\uFEFFone\n", "utf16le"), Buffer.from("\uFEFFone\n", "utf16le").swap16()]) {
      await expect(lines(file(text))).rejects.toThrow("is UTF-16: save it as UTF-8");
    }
    expect((await lines(file(Buffer.from("SQLite format 3\0\xff\n", "latin1"))))[0]).toStartWith("SQLite format 3\0");
  });

  test("a line of 100 MB arrives whole", async () => {
    const length = 100 * 1024 * 1024;
    const path = file(Buffer.concat([Buffer.alloc(length, "a"), Buffer.from("\nnext\n")]));
    const [long, next, ...rest] = await lines(path);
    expect(long?.length).toBe(length);
    expect(next).toBe("next");
    expect(rest).toEqual([]);
    rmSync(path);
  }, 30_000);

  test.skipIf(process.platform === "win32")("lines come while the file is still being read", async () => {
    const path = join(folder, "pipe");
    expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
    const writer = Bun.spawn(["sh", "-c", `exec > "${path}"; echo first; exec sleep 30`]);
    const reader = readLines(path);
    expect(await reader.next()).toEqual({ done: false, value: "first" });
    writer.kill();
    await writer.exited;
    await reader.return();
  });

  test("an unreadable file is one line for the user: which, and why", async () => {
    const missing = join(folder, "missing.jsonl");
    const error = await lines(missing).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).exitCode).toBe(2);
    expect((error as UserError).message).toBe(`cannot read ${missing}: there is no such file`);
    await expect(lines(folder)).rejects.toThrow(`cannot read ${folder}: it is a directory`);
  });

  test.skipIf(process.getuid?.() === 0)("a file without permission says so", async () => {
    const path = file("secret");
    chmodSync(path, 0);
    await expect(lines(path)).rejects.toThrow("permission denied");
  });
});
