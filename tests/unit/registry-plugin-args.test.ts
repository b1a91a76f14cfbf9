import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Options, StandardResult } from "../../src/contract/options.ts";
import { checkPluginArgs } from "../../src/registry/plugin-args.ts";

const PLAIN: Options = {
  depth: { type: "number", default: 3 },
  mode: { type: "string", choices: ["fast", "slow"] },
  key: { type: "array", required: true, help: "What to look for" },
};

const check = (options: Options | undefined, args: Record<string, unknown>) =>
  checkPluginArgs({ name: "mine", options }, args, "--api-args");

async function complaint(options: Options | undefined, args: Record<string, unknown>): Promise<string[]> {
  const error = await check(options, args).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: "UserError", exitCode: 2 });
  return (error as Error).message.split("\n");
}

function schema(validate: (value: unknown) => StandardResult | Promise<StandardResult>): Options {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

describe("plain options", () => {
  test("defaults are filled in, absent ones stay absent", async () => {
    expect(await check(PLAIN, { key: ["a"] })).toEqual({ depth: 3, key: ["a"] });
    expect(await check(PLAIN, { key: [], depth: 5, mode: "slow" })).toEqual({ depth: 5, mode: "slow", key: [] });
  });

  test("a name may be written as a script writes it, or as a flag", async () => {
    const options: Options = { target_len: { type: "number" }, mode: { type: "string" } };
    for (const name of ["target_len", "targetLen", "target-len"]) {
      expect(await check(options, { [name]: 5 })).toEqual({ target_len: 5 });
    }
    expect(await complaint(options, { targetLen: "5" })).toEqual([
      '--api-args: mine: "target_len" must be a number, not a string',
    ]);
  });

  test("every mistake at once, by flag, plugin and key", async () => {
    expect(await complaint(PLAIN, { dept: 1, mode: "quick", depth: null })).toEqual([
      '--api-args: mine: unknown option "dept": did you mean depth?',
      '--api-args: mine: "depth" must be a number, not null',
      '--api-args: mine: "mode" must be one of "fast", "slow", not "quick"',
      '--api-args: mine: "key" is missing: What to look for',
    ]);
  });

  test("what is far from every option lists them", async () => {
    expect(await complaint(PLAIN, { key: [], temperature: 1 })).toEqual([
      '--api-args: mine: unknown option "temperature": it knows depth, mode, key',
    ]);
  });

  test("a name of Object's own is no option", async () => {
    expect(await complaint({ a: { type: "string" } }, { toString: "x" })).toHaveLength(1);
    expect(await check(JSON.parse('{ "constructor": { "type": "string" } }') as Options, {})).toEqual({});
  });

  test("no options at all: nothing may be given", async () => {
    expect(await check(undefined, {})).toEqual({});
    expect(await complaint(undefined, { a: 1 })).toEqual(["--api-args: mine takes no options"]);
  });

  test("whatever is given, the result has declared keys of declared types", async () => {
    const options: Options = { n: { type: "number" }, s: { type: "string" }, o: { type: "object" } };
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom("n", "s", "o"), fc.jsonValue()), async (args) => {
        const checked = await check(options, args).catch(() => null);
        for (const [key, value] of Object.entries(checked ?? {})) {
          expect<string>(typeof value).toBe({ n: "number", s: "string", o: "object" }[key]!);
          expect(value === null || Array.isArray(value)).toBe(false);
        }
      }),
    );
  });
});

describe("a schema", () => {
  test("decides what comes out, at once or later", async () => {
    expect(
      await check(
        schema((value) => ({ value: { ...(value as object), more: 1 } })),
        { a: 1 },
      ),
    ).toEqual({ a: 1, more: 1 });
    expect(
      await check(
        schema(async () => ({ value: { later: true } })),
        {},
      ),
    ).toEqual({ later: true });
  });

  test("its issues are told with their paths", async () => {
    const issues = [{ message: "too big", path: ["a", { key: 0 }] }, { message: "bad as a whole" }];
    expect(
      await complaint(
        schema(() => ({ issues })),
        {},
      ),
    ).toEqual(['--api-args: mine: "a.0" too big', "--api-args: mine: bad as a whole"]);
  });

  test("what cannot go to an engine is refused", async () => {
    expect(
      await complaint(
        schema(() => ({ value: { call: () => 1 } })),
        {},
      ),
    ).toHaveLength(1);
    expect(
      await complaint(
        schema(() => ({ value: 5 })),
        {},
      ),
    ).toEqual(["--api-args: mine: its schema makes no object of the options"]);
  });
});
