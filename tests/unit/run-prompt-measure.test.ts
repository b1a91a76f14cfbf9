import { describe, expect, test } from "bun:test";
import { PLAIN_DATA } from "../../src/config/dataset.ts";
import type { Input } from "../../src/contract/input.ts";
import { FileSource } from "../../src/dataset/source.ts";
import type { ProbeAsk } from "../../src/engine/protocol.ts";
import { measurePrompts } from "../../src/run/prompt-measure.ts";
import { ENGLISH_WORDS } from "../../src/tokens/made-text.ts";
import { COUNTING, paramsOf } from "./run-fixture.ts";

/** A service that counts a text's words by `tokensOf`, and adds what its template takes. */
function service(tokensOf: (word: string) => number, template: number) {
  const asked: Input[] = [];
  const probe = async (ask: ProbeAsk) => {
    const input = ask.kind === "generate" ? ask.input! : ({ kind: "prompt", prompt: "" } as const);
    asked.push(input);
    const promptTokens = template + count(textOf(input), tokensOf);
    return { ok: true as const, status: 200, body: "", promptTokens };
  };
  return { probe, asked };
}

function textOf(input: Input): string {
  if (input.kind === "prompt") return input.prompt;
  return input.kind === "messages" ? String(input.messages[0]!.content) : "";
}

function count(text: string, tokensOf: (word: string) => number): number {
  return text.split(" ").reduce((sum, word) => sum + tokensOf(word), 0);
}

interface Setting {
  named?: boolean;
  chat?: boolean;
  testConnection?: boolean;
}

async function measured(
  probe: Parameters<typeof measurePrompts>[0]["probe"],
  { named = false, chat = true, testConnection = true }: Setting = {},
) {
  const notices: string[] = [];
  const config = { params: paramsOf({ applyChatTemplate: chat }), testConnection, data: PLAIN_DATA };
  const counting = { counter: COUNTING.counter, named };
  const measure = await measurePrompts({ config, counting, probe, notice: (line) => notices.push(line) });
  return { measure, notices };
}

describe("the service's counts", () => {
  test("words of one token each: what it adds to a text is known after two questions", async () => {
    const { probe, asked } = service(() => 1, 11);
    const { measure, notices } = await measured(probe);
    expect(measure).toMatchObject({ tokensPerWord: 1, templateTokens: 11 });
    expect(asked.map(({ kind }) => kind)).toEqual(["messages", "messages"]);
    expect(notices).toEqual([]);
  });

  test("as plain prompts where no template is applied", async () => {
    const { probe, asked } = service(() => 1, 1);
    expect((await measured(probe, { chat: false })).measure.templateTokens).toBe(1);
    expect(asked.map(({ kind }) => kind)).toEqual(["prompt", "prompt"]);
  });

  test("groups of words that are no single tokens are left out", async () => {
    const odd = new Set(ENGLISH_WORDS.slice(200, 210));
    const { probe } = service((word) => (odd.has(word) ? 2 : 1), 5);
    const { measure } = await measured(probe);
    expect(measure.tokensPerWord).toBe(1);
    expect(measure.words.length).toBeGreaterThan(300);
    expect(measure.words.some((word) => odd.has(word))).toBe(false);
  });

  test("where every group has such words, texts are as many words shorter: within 1% of what was asked", async () => {
    const tokensOf = (word: string) => (word.length > 4 ? 2 : 1);
    const { probe } = service(tokensOf, 9);
    const { measure } = await measured(probe);
    expect(measure.tokensPerWord).toBeGreaterThan(1);
    const source = new FileSource({ measure: async () => measure });
    const lengths: number[] = [];
    for (let seed = 0; seed < 50; seed++) {
      const text = await source.makeText(2000 - (await source.templateTokens()), seed);
      lengths.push(9 + count(text, tokensOf));
    }
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    expect(Math.abs(mean - 2000)).toBeLessThan(20);
  });

  test("other counts than a named tokenizer's are told", async () => {
    const { probe } = service((word) => (word.length > 4 ? 2 : 1), 9);
    expect((await measured(probe, { named: true })).notices).toEqual([expect.stringContaining("--tokenizer-path")]);
  });
});

describe("a service that does not say", () => {
  const silent = async () => ({ ok: true as const, status: 200, body: "" });
  const failing = async () => ({ ok: false as const, status: 500, kind: "http_5xx", message: "no", body: "" });

  test.each([
    ["gives no usage", silent, {}],
    ["fails", failing, {}],
    ["is not to be asked", silent, { testConnection: false }],
    ["is no service of texts", null, {}],
  ])("%s: by the embedded vocabulary, and a person is told", async (_, probe, setting) => {
    const { measure, notices } = await measured(probe, setting);
    expect(measure).toMatchObject({ tokensPerWord: 1, templateTokens: 0 });
    expect(notices).toHaveLength(1);
  });
});
