import { describe, expect, test } from "bun:test";
import type { Input } from "../../src/contract/input.ts";
import type { Params } from "../../src/contract/params.ts";
import { type FitOptions, InputFit } from "../../src/dataset/input-fit.ts";
import { FileSource } from "../../src/dataset/source.ts";
import { sampleParams } from "../../src/registry/sample-inputs.ts";
import type { Countable, TokenCounter } from "../../src/tokens/token-counter.ts";

/** A tokenizer whose tokens are words; its template has three more, and a prompt one more in front. */
class WordCounter implements TokenCounter {
  asked = 0;

  async count(items: readonly Countable[]): Promise<number[]> {
    this.asked++;
    const wordsIn = (text: string) => text.split(" ").length;
    return items.map((item) => {
      if (typeof item === "string") return wordsIn(item);
      return 3 + item.reduce((sum, { content }) => sum + wordsIn(String(content)), 0);
    });
  }
  encode = async (texts: readonly string[]) => texts.map((text) => text.split(" ").map((word) => word.length));
  words = async () => [];
  surrounding = async () => 1;
  close(): void {}
}

function fitOf(params: Partial<Params>, options: Partial<FitOptions> = {}, ownLengths = false): InputFit {
  const whole = sampleParams({ applyChatTemplate: false, maxTokens: 100, ...params });
  return new InputFit(whole, new FileSource(), { maxTokensTo: null, seed: 1, ...options }, ownLengths);
}

describe("bounds on a prompt's length, where a tokenizer is named", () => {
  const bounds = { minPromptLength: 4, maxPromptLength: 6 };
  const kept = async (item: unknown, params: Partial<Params> = bounds) =>
    (await fitOf(params, { counter: new WordCounter() }).fit(item, 1)) !== null;

  test("are in its tokens, with what it puts round a prompt", async () => {
    expect(await kept("a b")).toBe(false);
    expect(await kept("a b c")).toBe(true);
    expect(await kept("a b c d e")).toBe(true);
    expect(await kept("a b c d e f")).toBe(false);
  });

  test("or with the chat template", async () => {
    const chat = { ...bounds, applyChatTemplate: true };
    expect(await kept([{ role: "user", content: "a" }], chat)).toBe(true);
    expect(await kept([{ role: "user", content: "a b c d" }], chat)).toBe(false);
    expect(await kept("a b c", chat)).toBe(true);
  });

  test("do not bind a dataset that looks at them by itself", async () => {
    expect(await fitOf(bounds, { counter: new WordCounter() }, true).fit("a", 1)).not.toBeNull();
  });

  test("by default nothing has to be counted", async () => {
    const counter = new WordCounter();
    await fitOf({}, { counter }).fit("a b c ".repeat(2000), 1);
    expect(counter.asked).toBe(0);
  });
});

describe("the length of replies", () => {
  const exactly = { kind: "apart", output: { kind: "fixed", tokens: 7 } } as const;
  const fitted = async (item: unknown, params: Partial<Params>, options: Partial<FitOptions> = {}) =>
    (await fitOf(params, options).fit(item, 1)) as Input;

  test("asked for by the run: least, most, and on after the model's end", async () => {
    expect((await fitted("a", { lengths: exactly })) as unknown).toEqual({
      ...{ kind: "prompt", prompt: "a", maxTokens: 7, params: { minTokens: 7, ignoreEos: true } },
      asked: { completionTokens: 7 },
    });
  });

  test("a dataset's own goes before it, and other options of the input stay", async () => {
    const item = { kind: "prompt", prompt: "a", asked: { promptTokens: 3, completionTokens: 5 }, params: { topK: 1 } };
    expect(await fitted(item, { lengths: exactly })).toMatchObject({
      maxTokens: 5,
      params: { topK: 1, minTokens: 5, ignoreEos: true },
      asked: { promptTokens: 3, completionTokens: 5 },
    });
  });

  test("what the data bound themselves is left alone", async () => {
    for (const own of [{ maxTokens: 3 }, { params: { maxTokens: 3 } }]) {
      const item = { kind: "prompt", prompt: "a", ...own };
      expect((await fitted(item, { lengths: exactly }, { maxTokensTo: 200 })) as unknown).toEqual(item);
    }
    const turns = [{ messages: [{ role: "user", content: "a" }], maxTokens: 3 }];
    const chat = { lengths: exactly, applyChatTemplate: true };
    expect(await fitted({ kind: "conversation", turns }, chat)).not.toHaveProperty("maxTokens");
  });

  test("drawn from a range anew for each", async () => {
    const range = { kind: "apart", output: { kind: "uniform", low: 10, high: 99 } } as const;
    const fit = fitOf({ lengths: range });
    const drawn = new Set<number>();
    for (let n = 0; n < 50; n++) drawn.add((await fit.fit("a", 1))!.maxTokens!);
    expect(drawn.size).toBeGreaterThan(20);
    for (const tokens of drawn) expect(tokens).toBeWithin(10, 100);
  });
});

test("token ids take a prompt's place", async () => {
  const fit = fitOf({}, { counter: new WordCounter(), tokenizePrompt: true });
  expect((await fit.fit("one three fi", 1)) as unknown).toEqual({ kind: "tokens", ids: [3, 5, 2] });
  expect(fit.fit({ kind: "texts", texts: ["a"] }, 1)).rejects.toThrow("no token ids can be made");
});

test("a salt begins every prompt, another one in every pass", async () => {
  const fit = fitOf({}, { salt: "abc" });
  expect(await fit.fit("a", 1)).toMatchObject({ prompt: "abc-1\na" });
  expect(await fit.fit("a", 2)).toMatchObject({ prompt: "abc-2\na" });
});
