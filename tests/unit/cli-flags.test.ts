import { describe, expect, test } from "bun:test";
import { defineCommand, renderUsage } from "citty";
import fc from "fast-check";
import { camelName, kebabName } from "../../src/cli/flag.ts";
import {
  asChoice,
  asDurationOrNone,
  asJsonObject,
  asNumber,
  asText,
  asWhole,
  ignored,
  orAlone,
  several,
  single,
  toggle,
} from "../../src/cli/flag-kinds.ts";
import { helpArgs, readFlags } from "../../src/cli/flags.ts";
import { RUN_FLAGS } from "../../src/cli/run-flags.ts";
import { UserError } from "../../src/config/user-error.ts";

const TABLE = {
  maxTokens: single(asWhole({ min: 1, max: 100 }), { help: "Tokens", default: 5 }),
  number: several(asWhole({ min: 1 }), { help: "Requests", alias: "n", commas: true }),
  temperature: single(asNumber({ min: 0 }), { help: "Temperature" }),
  stop: several(asText, { help: "Stops", commas: false }),
  stream: toggle({ help: "Stream", negative: "Whole", default: true }),
  json: toggle({ help: "JSON", default: false }),
  topLogprobs: orAlone(single(asWhole(), { help: "Logprobs" }), 1),
  format: single(asChoice(["table", "csv"]), { help: "Format", default: "table" }),
  wait: single(asDurationOrNone({ min: 0.001 }), { help: "Wait, in seconds" }),
  extra: single(asJsonObject, { help: "Extra" }),
  accessKey: single((text) => text, { help: "Key", secret: true }),
  oldOne: ignored(),
  olderOne: ignored(),
};

const read = (...args: string[]) => readFlags(args, TABLE, { positionals: 0 });
const values = (...args: string[]) => read(...args).values;

function mistakesOf(...args: string[]): string[] {
  try {
    read(...args);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.exitCode).toBe(2);
    return error.message.split("\n");
  }
  return [];
}

describe("values", () => {
  test("nothing given: defaults, and undefined where there is none", () => {
    const reading = read();
    expect(reading.values).toMatchObject({ maxTokens: 5, stream: true, format: "table" });
    expect(reading.values.number).toBeUndefined();
    expect(reading.given.size).toBe(0);
    expect(reading.warnings).toEqual([]);
  });

  test("all spellings of a name, with and without =", () => {
    for (const spelling of ["--max-tokens", "--max_tokens", "--maxTokens"]) {
      expect(values(spelling, "7").maxTokens).toBe(7);
      expect(values(`${spelling}=7`).maxTokens).toBe(7);
    }
    expect(read("--max_tokens", "7").given).toEqual(new Set(["maxTokens"]));
  });

  test("lists by spaces, commas, repetition and the short letter", () => {
    const lists = [
      ["-n", "1", "4", "16"],
      ["-n1,4,16"],
      ["-n=1,4", "-n", "16"],
      ["--number", "1,", "4", "--number=16"],
    ];
    for (const args of lists) expect(values(...args).number).toEqual([1, 4, 16]);
  });

  test("text lists are not cut at commas, and an = in a value stays", () => {
    expect(values("--stop", "a,b", "c", "--stop=d=e").stop).toEqual(["a,b", "c", "d=e"]);
  });

  test("of a single value given twice the last stays", () => {
    expect(values("--max-tokens", "7", "--max-tokens", "8").maxTokens).toBe(8);
    expect(values("--stream", "--no-stream").stream).toBe(false);
    expect(values("--no-stream", "--stream").stream).toBe(true);
  });

  test("switches: alone, negated, true or false", () => {
    const off = [["--no-stream"], ["--no_stream"], ["--noStream"], ["--stream", "false"], ["--stream=FALSE"]];
    for (const args of off) expect(values(...args).stream).toBe(false);
    expect(values("--json", "--stream").json).toBe(true);
    expect(mistakesOf("--stream=maybe")).toEqual(['--stream: "maybe" is neither true nor false']);
    expect(mistakesOf("--no-stream=false")).toEqual(["--no-stream takes no value"]);
  });

  test("an optional value is taken only where it is a number", () => {
    expect(values("--top-logprobs", "--json").topLogprobs).toBe(1);
    expect(values("--top-logprobs", "4").topLogprobs).toBe(4);
    expect(values("--top-logprobs=4").topLogprobs).toBe(4);
  });

  test("texts that begin with a dash without being flags are values", () => {
    expect(values("--stop", "- item", "--two words", "-").stop).toEqual(["- item", "--two words", "-"]);
    expect(mistakesOf("--temperature", "-1")).toEqual(["--temperature: -1 is below the least allowed, 0"]);
    expect(values("--temperature", ".5").temperature).toBe(0.5);
  });

  test("seconds may be none; JSON must be an object", () => {
    expect(values("--wait", "none").wait).toBe(Number.POSITIVE_INFINITY);
    expect(values("--wait", "0.5").wait).toBe(0.5);
    expect(mistakesOf("--wait", "0")).toHaveLength(1);
    expect(values("--extra", '{"a": [1]}').extra).toEqual({ a: [1] });
    expect(mistakesOf("--extra", "[1]")[0]).toStartWith("--extra: must be a JSON object");
    expect(mistakesOf("--extra", "{a}")[0]).toStartWith("--extra: not valid JSON");
    expect(mistakesOf("--extra", "@/nowhere/x.json")).toEqual(['--extra: cannot read "/nowhere/x.json": no such file']);
  });
});

describe("mistakes", () => {
  test("an unknown flag, with the nearest known one where one is near", () => {
    expect(mistakesOf("--max-tokns", "7")).toEqual(["unknown flag --max-tokns: did you mean --max-tokens?"]);
    expect(mistakesOf("--no-straem")).toEqual(["unknown flag --no-straem: did you mean --no-stream?"]);
    expect(mistakesOf("--temp", "1")).toEqual(["unknown flag --temp: did you mean --temperature?"]);
    expect(mistakesOf("--frobnicate", "7")).toEqual(["unknown flag --frobnicate: --help lists all"]);
    expect(mistakesOf("-x")).toEqual(["unknown flag -x: --help lists all"]);
    expect(mistakesOf("--concurrency", "4")).toEqual(["unknown flag --concurrency: --help lists all"]);
    expect(mistakesOf("--num-requests", "4")).toEqual(["unknown flag --num-requests: did you mean --number?"]);
    expect(mistakesOf("--no-max-tokens")[0]).toStartWith("unknown flag --no-max-tokens");
  });

  test("every mistake is reported, one a line", () => {
    expect(mistakesOf("here", "--max-tokens", "abc", "--paralel", "--format", "pdf", "-n", "--temperature")).toEqual([
      "unknown flag --paralel: --help lists all",
      "--number: needs a value",
      'unexpected argument "here"',
      '--max-tokens: "abc" is not a whole number',
      "--temperature: needs a value",
      '--format: "pdf" is none of table, csv',
    ]);
  });

  test("numbers: shape and range", () => {
    for (const text of ["1.5", "1e3", "0x10", "", " ", "NaN", "Infinity", "1_000", "٣"]) {
      expect(mistakesOf("--max-tokens", text)).toEqual([`--max-tokens: "${text}" is not a whole number`]);
    }
    expect(mistakesOf("--max-tokens", "101")).toEqual(["--max-tokens: 101 is above the most allowed, 100"]);
    expect(mistakesOf("-n", "1", "0")).toEqual(["--number: 0 is below the least allowed, 1"]);
    expect(mistakesOf("--temperature", "1e999")).toHaveLength(1);
  });

  test("a value too many", () => {
    expect(mistakesOf("--max-tokens", "7", "8")[0]).toStartWith('unexpected argument "8" behind --max-tokens');
    expect(mistakesOf("--stop", "a", "--", "b")).toEqual(['unexpected argument "b"']);
  });

  test("secrets are not shown", () => {
    const lines = [
      ...mistakesOf("--access-key", "Bearer", "hunter2"),
      ...mistakesOf("--acess-key", "hunter2"),
      ...mistakesOf("--acess-key=hunter2"),
      ...mistakesOf("Authorization=hunter2", "https://user:hunter2@host/"),
    ];
    expect(lines).toHaveLength(5);
    expect(lines.join("\n")).not.toContain("hunter2");
  });

  test("a secret may begin with a dash, but a known flag is not taken for one", () => {
    expect(values("--access-key", "-abc").accessKey).toBe("-abc");
    expect(mistakesOf("--access-key", "--json")).toEqual(["--access-key: needs a value"]);
  });
});

test("flags without effect take anything and give one warning", () => {
  expect(read("--old-one", "1", "two", "--no-older-one", "--json").warnings).toEqual([
    "--old-one, --older-one have no effect in plumb",
  ]);
  expect(read("--oldOne=1", "--old-one").warnings).toEqual(["--old-one has no effect in plumb"]);
});

test("positionals stand first, behind a switch, behind a value or after --", () => {
  const places = [["a.db"], ["--json", "a.db"], ["--max-tokens", "7", "a.db"], ["-n1", "--", "a.db"]];
  for (const args of places) expect(readFlags(args, TABLE, { positionals: 1 }).positionals).toEqual(["a.db"]);
  expect(readFlags(["a", "--json", "-", "--", "--b"], TABLE, { positionals: 3 }).positionals).toEqual([
    "a",
    "-",
    "--b",
  ]);
});

test("any arguments at all: a reading or a UserError", () => {
  const argument = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "--",
      "-",
      "--max-tokens",
      "--stream",
      "--no-stream",
      "-n",
      "--stop",
      "--old-one",
      "--json=",
      "-n-1",
    ),
    fc.constantFrom("--constructor", "--__proto__", "--no-", "--to-string", "1", "true", "a=b"),
  );
  fc.assert(
    fc.property(fc.array(argument), (args) => {
      try {
        const { values: result, positionals } = readFlags(args, TABLE, { positionals: 2 });
        expect(Number.isInteger(result.maxTokens)).toBe(true);
        expect(positionals.length).toBeLessThanOrEqual(2);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
  );
});

test("every name survives the way to its written form and back, and no two flags share one", () => {
  const names = Object.keys(RUN_FLAGS);
  expect(names.map((name) => camelName(kebabName(name)))).toEqual(names);
  const aliases = Object.values(RUN_FLAGS).flatMap(({ alias }) => alias ?? []);
  expect(new Set(aliases).size).toBe(aliases.length);
});

test("the help shows defaults, negations and units, and no flag without effect", async () => {
  const usage = await renderUsage(
    defineCommand({ meta: { name: "run", description: "Run" }, args: helpArgs(RUN_FLAGS) }),
  );
  expect(usage).toContain("--no-stream");
  expect(usage).toContain("--no-timestamp");
  expect(usage).toContain("-n, --number=<N|Nx...>");
  expect(usage).toContain("(Default: 10x)");
  expect(usage).toContain("(Default: 2048)");
  expect(usage).toMatch(/--read-timeout.*in seconds.*\(Default: 120\)/);
  expect(usage).not.toContain("--visualizer");
  expect(usage).not.toContain("undefined");
  expect(usage).not.toContain("[object");
});
