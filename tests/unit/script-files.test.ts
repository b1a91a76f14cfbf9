import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadEnv } from "../../src/script/load-env.ts";
import { queryRun } from "../../src/script/query-run.ts";

const folder = mkdtempSync(join(tmpdir(), "plumb-script-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("loadEnv", () => {
  test("gives the file's variables and fills what the environment lacks", () => {
    const file = join(folder, "some.env");
    writeFileSync(file, "# keys\nPLUMB_TEST_SET=file\nexport PLUMB_TEST_UNSET='with space'\nPLUMB_TEST_EMPTY=x\n");
    process.env.PLUMB_TEST_SET = "environment";
    process.env.PLUMB_TEST_EMPTY = "";
    try {
      const read = { PLUMB_TEST_SET: "file", PLUMB_TEST_UNSET: "with space", PLUMB_TEST_EMPTY: "x" };
      expect(loadEnv(file)).toEqual(read);
      expect(process.env).toMatchObject({ ...read, PLUMB_TEST_SET: "environment" });
    } finally {
      for (const name of ["SET", "UNSET", "EMPTY"]) delete process.env[`PLUMB_TEST_${name}`];
    }
  });

  test("names a file that is not there", () => {
    expect(() => loadEnv(join(folder, "none.env"))).toThrow(`cannot read "${join(folder, "none.env")}": no such file`);
  });
});

test("queryRun names what is no run", () => {
  expect(() => queryRun(join(folder, "nowhere"), "SELECT 1")).toThrow("no such file or folder");
  const file = join(folder, "text.db");
  writeFileSync(file, "not a database at all, but long enough to be looked at as one".repeat(20));
  expect(() => queryRun(file, "SELECT 1")).toThrow("is not a run of plumb's");
});
