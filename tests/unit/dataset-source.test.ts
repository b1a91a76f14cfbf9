import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../src/config/user-error.ts";
import { FileSource } from "../../src/dataset/source.ts";

const folder = mkdtempSync(join(tmpdir(), "plumb-source-"));
afterAll(() => rmSync(folder, { recursive: true }));
const source = new FileSource();

describe("FileSource", () => {
  test("lines and json of one file", async () => {
    const path = join(folder, "data.json");
    writeFileSync(path, '\uFEFF[1,\n{"a": "中"}]');
    expect(await Array.fromAsync(source.lines(path))).toEqual(["[1,", '{"a": "中"}]']);
    expect(await source.json(path)).toEqual([1, { a: "中" }]);
  });

  test("json names the file that is none, and the one that is not there", async () => {
    const path = join(folder, "broken.json");
    writeFileSync(path, '{"a": ');
    const error = await source.json(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toStartWith(`${path} is not JSON: `);
    expect((error as UserError).exitCode).toBe(2);
    await expect(source.json(join(folder, "none"))).rejects.toThrow("there is no such file");
  });

  test("made text has the tokens that are counted", async () => {
    expect(await source.countTokens(await source.makeText(77, 1))).toBe(77);
    expect(await source.makeText(5, 1)).not.toBe(await source.makeText(5, 2));
  });
});
