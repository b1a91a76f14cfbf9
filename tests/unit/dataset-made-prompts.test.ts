import { describe, expect, test } from "bun:test";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import random from "../../plugins/dataset/random.ts";
import randomPrefix from "../../plugins/dataset/random_prefix.ts";
import speedBenchmark from "../../plugins/dataset/speed_benchmark.ts";
import speedBenchmarkLong from "../../plugins/dataset/speed_benchmark_long.ts";
import type { DatasetPlugin } from "../../src/contract/dataset.ts";
import type { Input } from "../../src/contract/input.ts";
import type { Params } from "../../src/contract/params.ts";
import { FileSource } from "../../src/dataset/source.ts";
import { sampleParams } from "../../src/registry/sample-inputs.ts";
import { ENGLISH_WORDS } from "../../src/tokens/made-text.ts";

/** A service that adds 10 tokens to every prompt. */
const around = (salt = 0) =>
  new FileSource({ salt, measure: async () => ({ words: ENGLISH_WORDS, tokensPerWord: 1, templateTokens: 10 }) });

async function made(plugin: DatasetPlugin, given: Partial<Params>, count = 50, source = around()) {
  const inputs: (Extract<Input, { kind: "prompt" }> & Input)[] = [];
  const params = sampleParams({ applyChatTemplate: false, ...given });
  for await (const input of plugin.buildMessages(params, source)) {
    inputs.push(input as (typeof inputs)[number]);
    if (inputs.length === count) break;
  }
  return inputs;
}

/** What the service counts, and what was asked for. */
const lengths = (inputs: Awaited<ReturnType<typeof made>>) =>
  inputs.map(({ prompt, asked }) => [countTokens(prompt) + 10, asked?.promptTokens]);

describe("random", () => {
  test("what the service counts is what was asked, its template included", async () => {
    const inputs = await made(random, { lengths: { kind: "apart", input: { kind: "uniform", low: 20, high: 60 } } });
    for (const [counted, asked] of lengths(inputs)) {
      expect(counted).toBe(asked!);
      expect(asked).toBeWithin(20, 61);
    }
    expect(new Set(lengths(inputs).map(([counted]) => counted)).size).toBeGreaterThan(10);
  });

  test("a prompt that the template alone would fill has one token, and asks for what it has", async () => {
    const inputs = await made(random, { inputLen: 3 }, 5);
    expect(lengths(inputs)).toEqual(new Array(5).fill([11, 11]));
  });

  test("pairs have both lengths, drawn together", async () => {
    const pairs = [
      { input: 30, output: 7, weight: 1 },
      { input: 50, output: 9, weight: 1 },
    ];
    const inputs = await made(random, { lengths: { kind: "pairs", pairs } });
    const seen = new Set(inputs.map(({ asked }) => `${asked?.promptTokens},${asked?.completionTokens}`));
    expect([...seen].sort()).toEqual(["30,7", "50,9"]);
  });

  test("evenly between the bounds on a prompt's length, where no other length is given", async () => {
    const bounds = { minPromptLength: 20, maxPromptLength: 30, given: ["minPromptLength"] };
    for (const [, asked] of lengths(await made(random, bounds))) expect(asked).toBeWithin(20, 31);
  });

  test("a prefix comes on top of the length, and is the same for all", async () => {
    const inputs = await made(random, { inputLen: 40, prefixLength: 25 });
    expect(lengths(inputs)).toEqual(new Array(50).fill([65, 65]));
    expect(new Set(inputs.map(({ prompt }) => prompt.split(" ").slice(0, 25).join(" "))).size).toBe(1);
    expect(new Set(inputs.map(({ prompt }) => prompt)).size).toBe(50);
  });

  test("another run's prompts are others of the same lengths", async () => {
    const given = { lengths: { kind: "apart", input: { kind: "uniform", low: 20, high: 60 } } } as const;
    const [one, same, other] = [
      await made(random, given),
      await made(random, given),
      await made(random, given, 50, around(77)),
    ];
    expect(same).toEqual(one);
    expect(lengths(other)).toEqual(lengths(one));
    expect(other.some(({ prompt }, index) => prompt === one[index]!.prompt)).toBe(false);
  });
});

describe("random_prefix", () => {
  const prefixesOf = (inputs: Awaited<ReturnType<typeof made>>) =>
    inputs.map(({ prompt }) => prompt.split(" ").slice(0, 30).join(" "));

  test("so many different prefixes, each drawn about as often", async () => {
    const inputs = await made(randomPrefix, { inputLen: 20, prefixLength: 30, prefixCount: 4 }, 400);
    const times = Map.groupBy(prefixesOf(inputs), (prefix) => prefix);
    expect(times.size).toBe(4);
    for (const [, list] of times) expect(list.length).toBeWithin(60, 140);
    expect(new Set(lengths(inputs).map(([counted]) => counted))).toEqual(new Set([50]));
  });

  test("the hit rate is the share that has a shared one; the rest have one of their own", async () => {
    const given = { inputLen: 20, prefixLength: 30, prefixCount: 2, prefixHitRate: 0.6 };
    const times = Map.groupBy(prefixesOf(await made(randomPrefix, given, 500)), (prefix) => prefix);
    const shared = [...times.values()].filter((list) => list.length > 1).flat().length;
    expect(shared / 500).toBeWithin(0.5, 0.7);
    expect(times.size).toBe(500 - shared + 2);
  });

  test("needs a length", () => expect(made(randomPrefix, {})).rejects.toThrow("needs --prefix-length"));
});

describe("speed_benchmark", () => {
  test("two prompts of each length, as plain completions, one pass", async () => {
    const inputs = await made(speedBenchmark, {}, 1000);
    expect(inputs.map(({ part }) => part)).toEqual(
      [1, 6144, 14_336, 30_720].flatMap((tokens) => [`${tokens} tokens`, `${tokens} tokens`]),
    );
    expect(lengths(inputs).every(([counted, asked]) => counted === asked)).toBe(true);
    expect(lengths(inputs)[2]).toEqual([6144, 6144]);
    expect(new Set(inputs.map(({ prompt }) => prompt)).size).toBe(8);
  });

  test("the long one", async () => {
    const inputs = await made(speedBenchmarkLong, {}, 1000);
    expect(inputs.map(({ asked }) => asked?.promptTokens)).toEqual([63_488, 63_488, 129_024, 129_024]);
  });

  test("not to a chat endpoint", () => {
    return expect(made(speedBenchmark, { applyChatTemplate: true })).rejects.toThrow("/v1/completions");
  });
});
