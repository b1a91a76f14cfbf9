import { describe, expect, test } from "bun:test";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { finishedOf } from "../../src/engine/finished.ts";
import type { Finished } from "../../src/engine/protocol.ts";
import type { Outcome } from "../../src/record/outcome.ts";
import { Completion, timePerOutputToken } from "../../src/run/completion.ts";
import type { Countable, TokenCounter } from "../../src/tokens/token-counter.ts";
import { EMBEDDED } from "../../src/tokens/tokenizer-choice.ts";
import { chunk, identityOf, PLAIN_API, readOf, STAGE, sse } from "./engine-fixture.ts";
import { COUNTING } from "./run-fixture.ts";

interface Case extends Partial<Pick<Outcome, "completionTokens" | "reasoningTokens" | "chunks" | "isStream">> {
  span?: number | null;
  first?: number | null;
  reasoningStreamed?: boolean;
}

function reply({ span = 2, first = null, reasoningStreamed = false, ...outcome }: Case): Finished {
  const { recorded } = finishedOf(readOf({}), STAGE, identityOf());
  const whole = { isStream: true, chunks: 10, completionTokens: 11, ...outcome };
  Object.assign(recorded.outcome, whole);
  return { recorded, firstChunkTokens: first, outputSpanS: span, reasoningStreamed };
}

describe("time per output token", () => {
  test.each<[string, Case, number | null]>([
    ["one token in the first chunk where nobody says", {}, 0.2],
    ["as many in the first chunk as the server says", { first: 3 }, 0.25],
    ["hidden reasoning tokens taken off", { completionTokens: 111, reasoningTokens: 100 }, 0.2],
    ["streamed ones left in", { completionTokens: 111, reasoningTokens: 100, reasoningStreamed: true }, 2 / 110],
    ["two tokens in two chunks", { completionTokens: 2, chunks: 2 }, 2],
    ["one token: none", { completionTokens: 1, chunks: 1, span: 0 }, null],
    ["one chunk: none", { chunks: 1, span: 0 }, null],
    ["all tokens in the first chunk: none", { first: 11 }, null],
    ["all tokens hidden: none", { completionTokens: 100, reasoningTokens: 100 }, null],
    ["not streamed: none", { isStream: false }, null],
    ["no count: none", { completionTokens: null }, null],
    ["no output: none", { chunks: 0, span: null }, null],
  ])("%s", (_, given, expected) => {
    const time = timePerOutputToken(reply(given));
    if (expected === null) expect(time).toBeNull();
    else expect(time).toBeCloseTo(expected, 12);
  });

  test("of a whole reply: (last - first output) / (tokens - 1), the usage chunk left out", async () => {
    const texts = ["a", "b", "c", "d"].map((content) => sse(chunk({ content })));
    const usage = { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } };
    const read = readOf({
      pieces: [sse(chunk({ role: "assistant" })), ...texts, sse(usage), sse("[DONE]")],
      gapMs: 30,
    });
    const [row] = await new Completion(PLAIN_API, COUNTING).complete([finishedOf(read, STAGE, identityOf())]);
    expect(row!.outcome.timePerOutputToken).toBeCloseTo(0.03, 9);
    expect(row!.outcome.tokenSource).toBe("usage");
  });
});

describe("counts where the server reports none", () => {
  const REQUEST = { messages: [{ role: "user", content: "How far is the moon from here?" }] };
  const rowsOf = (told: Parameters<typeof readOf>[0]) =>
    new Completion(PLAIN_API, COUNTING).complete([finishedOf(readOf({ body: REQUEST, ...told }), STAGE, identityOf())]);
  const STREAM = [sse(chunk({ reasoning: "Let me think. " })), sse(chunk({ content: "384,400 km" })), sse("[DONE]")];

  test("both, by the tokenizer, reasoning included", async () => {
    const [row] = await rowsOf({ pieces: STREAM });
    expect(row!.outcome).toMatchObject({
      promptTokens: countTokens("How far is the moon from here?"),
      completionTokens: countTokens("Let me think. 384,400 km"),
      tokenSource: "tokenizer",
    });
    expect(row!.outcome.timePerOutputToken).not.toBeNull();
  });

  test("the prompt alone, where the completion's is reported", async () => {
    const pieces = [...STREAM.slice(0, 2), sse({ usage: { completion_tokens: 99 } }), sse("[DONE]")];
    const [row] = await rowsOf({ pieces });
    expect(row!.outcome).toMatchObject({ completionTokens: 99, tokenSource: "usage" });
    expect(row!.outcome.promptTokens).toBeGreaterThan(3);
  });

  test("a failure that brought something is counted, one that brought nothing is not", async () => {
    const end = { kind: "reset", message: "gone" } as const;
    const [cut] = await rowsOf({ pieces: STREAM.slice(0, 2), end });
    expect(cut!.outcome).toMatchObject({ tokenSource: "tokenizer", ending: { ok: false } });
    expect(cut!.outcome.completionTokens).toBeGreaterThan(3);
    const [nothing] = await rowsOf({ end });
    expect(nothing!.outcome).toMatchObject({ tokenSource: "none", completionTokens: null, promptTokens: null });
  });

  test("rows come back in order, each counted by itself", async () => {
    const rows = ["one", "one two three", "one two three four five"].map((content) =>
      finishedOf(readOf({ body: REQUEST, pieces: [sse(chunk({ content }), "[DONE]")] }), STAGE, identityOf()),
    );
    const completed = await new Completion(PLAIN_API, COUNTING).complete(rows);
    expect(completed.map(({ outcome }) => outcome.completionTokens)).toEqual([1, 3, 5]);
  });
});

/** Counts a text's words, and messages by a template of 10 tokens; notes what it was asked. */
class WordCounter implements TokenCounter {
  readonly asked: Countable[][] = [];
  fails = false;

  async count(items: readonly Countable[]): Promise<number[]> {
    this.asked.push([...items]);
    if (this.fails) throw new Error("no tokenizer");
    return items.map((item) => (typeof item === "string" ? item.split(" ").length : 10));
  }
  encode = async () => [];
  words = async () => [];
  surrounding = async () => 2;
  close(): void {}
}

describe("by the run's counter", () => {
  const finished = (body: unknown, content: string) =>
    finishedOf(readOf({ body, pieces: [sse(chunk({ content }), "[DONE]")] }), STAGE, identityOf());
  const CHAT = { messages: [{ role: "user", content: "a b" }], max_tokens: 2 };
  const completionOf = (counter: TokenCounter, costsService = false) =>
    new Completion(PLAIN_API, { counter, local: EMBEDDED, costsService });

  test("a batch is one ask; messages go as such, and a prompt has its surroundings", async () => {
    const counter = new WordCounter();
    const rows = await completionOf(counter).complete([
      finished(CHAT, "one"),
      finished({ prompt: "a b c" }, "one two"),
    ]);
    expect(rows.map(({ outcome }) => [outcome.promptTokens, outcome.completionTokens])).toEqual([
      [10, 1],
      [5, 2],
    ]);
    expect(counter.asked).toEqual([[CHAT.messages, "one", "a b c", "one two"]]);
  });

  test("where counting is work for the service it waits for the end", async () => {
    const counter = new WordCounter();
    const completion = completionOf(counter, true);
    const usage = { usage: { prompt_tokens: 3, completion_tokens: 1 } };
    const told = finishedOf(readOf({ pieces: [sse(chunk({ content: "x" }), usage, "[DONE]")] }), STAGE, identityOf());
    const now = await completion.complete([finished(CHAT, "one"), told]);
    expect(now.map(({ outcome }) => outcome.tokenSource)).toEqual(["usage"]);
    expect(counter.asked).toEqual([]);
    const later = await completion.rest();
    expect(later.map(({ outcome }) => outcome.tokenSource)).toEqual(["tokenizer"]);
    expect(await completion.rest()).toEqual([]);
  });

  test("replies longer than they were asked to be tell of a wrong tokenizer", async () => {
    const completion = completionOf(new WordCounter());
    await completion.complete([finished(CHAT, "one two"), finished(CHAT, "one two three")]);
    expect(completion.notices()).toEqual([expect.stringMatching(/^1 of 2 replies are longer/)]);
  });

  test("what cannot be counted is kept, uncounted, and said once", async () => {
    const counter = new WordCounter();
    counter.fails = true;
    const completion = completionOf(counter);
    const [row] = await completion.complete([finished(CHAT, "one")]);
    await completion.complete([finished(CHAT, "one")]);
    expect(row!.outcome).toMatchObject({ completionTokens: null, tokenSource: "none", ending: { ok: true } });
    expect(completion.notices()).toEqual(["tokens could not be counted: no tokenizer"]);
  });
});
