import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { RUN_FLAGS } from "../../src/cli/run-flags.ts";
import { Mistakes } from "../../src/config/mistakes.ts";
import type { BenchmarkConfig } from "../../src/contract/script.ts";
import { inScriptsWords, readConfig } from "../../src/script/read-config.ts";

const url = "http://localhost:8000";

function read(config: BenchmarkConfig) {
  const mistakes = new Mistakes();
  const reading = readConfig(config, mistakes);
  mistakes.throwIfAny();
  return reading;
}

/** The mistakes of a configuration that the types forbid. */
function mistakesIn(config: Record<string, unknown>): string[] {
  const mistakes = new Mistakes();
  readConfig({ url, ...config } as unknown as BenchmarkConfig, mistakes);
  return mistakes.any ? mistakes.asError().message.split("\n") : [];
}

describe("what is given", () => {
  test("defaults are the flags', and nothing counts as given but what is", () => {
    const { options, given, own } = read({ url, model: undefined });
    expect(options).toMatchObject({
      url: [url],
      api: "openai",
      parallel: [1],
      number: ["10x"],
      maxTokens: [2048],
      stream: true,
    });
    expect(options.model).toBeUndefined();
    expect([...given]).toEqual(["url"]);
    expect(own).toEqual({});
  });

  test("numbers, lists, objects and switches", () => {
    const { options } = read({
      url,
      parallel: [1, 2],
      number: [5, "3x"],
      maxTokens: [5, 9],
      temperature: 0.5,
      stream: false,
      stop: "END",
      stopTokenIds: [1, 2],
      logprobs: 3,
      readTimeout: "none",
      extraArgs: { a: { b: [1] } },
      apiArgs: { x: 1 },
      headers: { "X-One": "a=b", "X-Two": "c" },
      timestamp: false,
    });
    expect(options).toMatchObject({
      parallel: [1, 2],
      number: [5, "3x"],
      maxTokens: [5, 9],
      temperature: 0.5,
      stream: false,
      stop: ["END"],
      stopTokenIds: [1, 2],
      logprobs: 3,
      readTimeout: Number.POSITIVE_INFINITY,
      extraArgs: { a: { b: [1] } },
      apiArgs: { x: 1 },
      headers: ["X-One=a=b", "X-Two=c"],
      timestamp: false,
    });
  });

  test("plugins of the script's own stand for their names", () => {
    const api = { name: "mine", buildRequest: () => null };
    const dataset = { name: "openqa", buildMessages: () => ["a"] };
    const { options, own, given } = read({ url, api, dataset });
    expect(options).toMatchObject({ api: "mine", dataset: "openqa" });
    expect(own).toEqual({ api, dataset });
    expect(given.has("api") && given.has("dataset")).toBe(true);
  });
});

describe("what is wrong", () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ["an unknown option", { maxTokns: 1 }, ["unknown option maxTokns: did you mean maxTokens?"]],
    ["a flag's own spelling", { "max-tokens": 1 }, ["unknown option max-tokens: did you mean maxTokens?"]],
    ["nothing like it", { zzz: 1 }, ["unknown option zzz"]],
    ["a name of every object's", { constructor: 1 }, ["unknown option constructor"]],
    ["a flag without effect", { visualizer: "x" }, ["unknown option visualizer"]],
    ["a number out of range", { topP: 2 }, ["topP: 2 is above the most allowed, 1"]],
    ["not a number", { parallel: Number.NaN }, ['parallel: "NaN" is not a whole number']],
    ["a part of a request", { number: 1.5 }, ['number: "1.5" is neither a whole number nor a multiple such as 10x']],
    ["null", { model: null }, ["model: null is no value for it"]],
    ["a function", { model: () => "m" }, ["model: a function is no value for it"]],
    ["an object", { model: { name: "m" } }, ["model: takes no object"]],
    ["a list for one value", { name: ["a", "b"] }, ["name: takes one value, not a list"]],
    ["an empty list", { parallel: [] }, ["parallel: needs a value"]],
    ["a list for a switch", { stream: [] }, ["stream: takes one value, not a list"]],
    ["a switch that is none", { stream: 1 }, ['stream: "1" is neither true nor false']],
    ["a list in a list", { parallel: [[1]] }, ["parallel: an object is no value for it"]],
    ["a callback that is none", { onProgress: true }, ["onProgress: it must be a function"]],
    ["a signal that is none", { signal: {} }, ["signal: it must be an AbortSignal"]],
    ["an API without its work", { api: { name: "mine", endpoint: "x" } }, ["api: buildRequest is missing"]],
    [
      "a dataset for an API",
      { api: { name: "d", buildMessages: () => [] } },
      ["api: the plugin d is of the kind dataset"],
    ],
    ["no plugin at all", { dataset: null }, ["dataset: null is no value for it"]],
  ])("%s", (_, config, expected) => {
    expect(mistakesIn(config)).toEqual(expected);
  });

  test("an object that JSON cannot write", () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(mistakesIn({ extraArgs: loop })[0]).toStartWith("extraArgs: cannot be written as JSON");
  });

  test("engines with an API of the script's own", () => {
    const api = { name: "mine", buildRequest: () => null };
    expect(mistakesIn({ api, engines: 2 })[0]).toStartWith("engines: an api of the script's own runs in its process");
    expect(mistakesIn({ api, engines: 1 })).toEqual([]);
  });

  test("a key is never shown", () => {
    expect(mistakesIn({ apiKey: ["sk-secret", "b"], headers: { a: { b: "sk-secret" } } }).join()).not.toContain("sk-");
  });

  test("whatever is given, mistakes are gathered and nothing is thrown", () => {
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom("url", "api", "dataset", "headers", "stream", "parallel", "stop"),
    );
    const property = fc.property(fc.dictionary(names, fc.anything()), (config) => {
      readConfig(config as unknown as BenchmarkConfig, new Mistakes());
    });
    fc.assert(property, { numRuns: 300 });
  });
});

test("messages speak of options, not of flags", () => {
  expect(inScriptsWords("--max-tokens: a range; --no-test-connection runs it; give --model NAME")).toBe(
    "maxTokens: a range; testConnection: false runs it; give model NAME",
  );
  expect(inScriptsWords("the body had --boundary in it")).toBe("the body had --boundary in it");
});

test("the type and the flags are in step", () => {
  const source = readFileSync(join(import.meta.dir, "../../src/contract/script.ts"), "utf8");
  const body = /interface BenchmarkConfig \{\n([\s\S]*?)\n\}/.exec(source)?.[1] ?? "";
  const typed = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map((match) => match[1]!);
  const flags = Object.entries(RUN_FLAGS).filter(
    ([name, flag]) =>
      !flag.ignored &&
      !["html", "json", "lang", "strict", "calibrate", "dryRun", "config", "printConfig"].includes(name) &&
      !name.startsWith("sla"),
  );
  const scripts = ["onProgress", "onNotice", "signal", "giveUp"];
  expect(typed.toSorted()).toEqual([...flags.map(([name]) => name), ...scripts].toSorted());
});
