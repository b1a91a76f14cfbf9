import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../src/config/user-error.ts";
import { makeRunFolder } from "../../src/run/folder.ts";
import { configOf } from "./run-fixture.ts";

const outputs = mkdtempSync(join(tmpdir(), "plumb-folder-"));
afterAll(() => rmSync(outputs, { recursive: true }));

const NOON = new Date(2026, 2, 4, 12, 5, 9);

test("TIME/NAME, the time to the second in the machine's own zone", () => {
  const outputsDir = join(outputs, "a");
  const { path, database } = makeRunFolder(configOf({ outputsDir, name: "qwen" }), NOON);
  expect(path).toBe(join(outputsDir, "20260304_120509", "qwen"));
  expect(database).toBe(join(path, "benchmark_data.db"));
  expect(existsSync(path)).toBe(true);
  expect(existsSync(database)).toBe(false);
});

test("runs of one second get folders of their own", () => {
  const config = configOf({ outputsDir: join(outputs, "b"), name: "m" });
  const paths = [1, 2, 3].map(() => makeRunFolder(config, NOON).path);
  expect(paths.map((path) => path.split("/").at(-2))).toEqual([
    "20260304_120509",
    "20260304_120509_2",
    "20260304_120509_3",
  ]);
});

test("without the time NAME alone, made again as long as no run lies in it", () => {
  const config = configOf({ outputsDir: join(outputs, "c"), name: "m", noTimestamp: true });
  const first = makeRunFolder(config, NOON);
  expect(first.path).toBe(join(outputs, "c", "m"));
  expect(makeRunFolder(config, NOON)).toEqual(first);
  writeFileSync(first.database, "");
  expect(() => makeRunFolder(config, NOON)).toThrow(UserError);
  expect(() => makeRunFolder(config, NOON)).toThrow(/already holds a run.*--name/);
});

test("a folder that cannot be made is a mistake that names it and the flag", () => {
  writeFileSync(join(outputs, "file"), "");
  const config = configOf({ outputsDir: join(outputs, "file", "below"), name: "m" });
  expect(() => makeRunFolder(config, NOON)).toThrow(/cannot make .*file\/below.*--outputs-dir/);
});
