import { expect, test } from "bun:test";
import fc from "fast-check";
import { type OpenAiCall, parseCall } from "../../src/mock/openai-call.ts";
import { OpenAiShape } from "../../src/mock/openai-shape.ts";
import { MOCK_DEFAULTS, type MockOptions } from "../../src/mock/options.ts";
import { chunkAfter, type ReplyPlan } from "../../src/mock/reply.ts";
import { mockText } from "../../src/mock/words.ts";

interface Case {
  call?: Partial<OpenAiCall>;
  options?: Partial<MockOptions>;
  plan?: Partial<ReplyPlan>;
}

interface ToolCall {
  id?: string;
  function: { name?: string; arguments: string };
}

interface Said {
  content?: string | null;
  reasoning_content?: string;
  tool_calls?: ToolCall[];
}

interface Choice {
  index: number;
  delta: Said;
  message: Said;
  text: string;
  finish_reason: string | null;
}

interface Usage {
  completion_tokens: number;
  completion_tokens_details?: { reasoning_tokens: number };
}

/** An event of a stream, or a whole reply. */
interface Answer {
  choices: Choice[];
  usage?: Usage;
}

function shapeOf({ call = {}, options = {}, plan = {} }: Case) {
  const api = call.api ?? "chat";
  const asked = parseCall(api, JSON.stringify({ messages: [{ role: "user", content: "a b c" }], prompt: "a b c" }));
  const whole: ReplyPlan = { ttftMs: 0, itlMs: 0, tokens: 8, reasoning: 0, chunkTokens: 1, finish: "stop", ...plan };
  const identity = { serial: 7, created: 1_700_000_000, model: 'm"x' };
  return {
    plan: whole,
    shape: new OpenAiShape({ ...asked, ...call }, whole, { ...MOCK_DEFAULTS, ...options }, identity),
  };
}

/** Every event of a stream. */
function stream(of: Case): { opening: Answer[]; chunks: Answer[]; closing: (Answer | "[DONE]")[] } {
  const { plan, shape } = shapeOf(of);
  const data = (event: string): string => {
    expect(event).toMatch(/^data: [^\n]*\n\n$/);
    return event.slice(6, -2);
  };
  const parse = (event: string) => JSON.parse(data(event)) as Answer;
  const closing = shape.closing().map((event) => (data(event) === "[DONE]" ? "[DONE]" : parse(event)));
  const chunks: Answer[] = [];
  for (let sent = 0, last = false; !last; ) {
    const chunk = chunkAfter(plan, sent);
    for (let choice = 0; choice < shape.choices; choice++) chunks.push(parse(shape.event(choice, chunk)));
    sent += chunk.tokens;
    last = chunk.last;
  }
  return { opening: shape.opening().map(parse), chunks, closing };
}

/** The one choice of an event. */
function said(event: Answer | undefined): Choice {
  return event!.choices[0]!;
}

function whole(of: Case): Answer {
  return JSON.parse(shapeOf(of).shape.body()) as Answer;
}

function joined(chunks: Answer[], choice: number, field: (choice: Choice) => string | null | undefined): string {
  return chunks
    .map(said)
    .filter(({ index }) => index === choice)
    .map((one) => field(one) ?? "")
    .join("");
}

test("a chat stream: the role, a word an event, the finish with the last, usage and [DONE] behind", () => {
  const { opening, chunks, closing } = stream({ call: { includeUsage: true } });
  expect<unknown[]>(opening).toEqual([
    {
      id: "chatcmpl-mock-7",
      object: "chat.completion.chunk",
      created: 1_700_000_000,
      model: 'm"x',
      choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }],
    },
  ]);
  expect(chunks.map((chunk) => said(chunk).delta.content)).toEqual(Array.from({ length: 8 }, (_, i) => mockText(i, 1)));
  expect(chunks.map((chunk) => said(chunk).finish_reason)).toEqual([...Array(7).fill(null), "stop"]);
  expect(chunks.every((chunk) => !("usage" in chunk))).toBe(true);
  expect(closing[0]).toMatchObject({
    choices: [],
    usage: { prompt_tokens: 3, completion_tokens: 8, total_tokens: 11 },
  });
  expect(closing[1]).toBe("[DONE]");
});

test("what is turned off does not come", () => {
  expect(stream({ options: { roleChunk: false } }).opening).toEqual([]);
  expect(stream({}).closing).toEqual(["[DONE]"]);
  expect(stream({ call: { includeUsage: true }, options: { done: false, usage: false } }).closing).toEqual([]);
  expect(whole({ options: { usage: false } })).not.toHaveProperty("usage");
});

test("the text of a stream and of a whole reply are the same, for every choice, size of chunk and share of reasoning", () => {
  const cases = fc.record({
    tokens: fc.nat(40),
    reasoning: fc.nat(40),
    chunkTokens: fc.integer({ min: 1, max: 7 }),
    choices: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(cases, ({ tokens, reasoning, chunkTokens, choices }) => {
      const plan = { tokens, reasoning: Math.min(tokens, reasoning), chunkTokens };
      const of: Case = { call: { choices }, plan };
      const { chunks } = stream(of);
      const body = whole(of);
      for (let choice = 0; choice < choices; choice++) {
        const thought = joined(chunks, choice, (one) => one.delta.reasoning_content);
        const answer = joined(chunks, choice, (one) => one.delta.content);
        expect(thought + answer).toBe(mockText(choice, tokens));
        expect(body.choices[choice]!.message.content).toBe(answer);
        expect(body.choices[choice]!.message.reasoning_content ?? "").toBe(thought);
      }
      expect(body.usage!.completion_tokens).toBe(tokens * choices);
      expect(body.usage!.completion_tokens_details?.reasoning_tokens ?? 0).toBe(plan.reasoning * choices);
    }),
  );
});

test("tool calls: one call a choice, whose arguments are JSON only when joined", () => {
  const of: Case = { call: { choices: 2 }, options: { toolCalls: true }, plan: { reasoning: 3, chunkTokens: 2 } };
  const { chunks } = stream(of);
  const body = whole(of);
  for (const choice of [0, 1]) {
    const calls = chunks
      .filter((chunk) => said(chunk).index === choice)
      .flatMap((chunk) => said(chunk).delta.tool_calls ?? []);
    expect(calls[0]).toMatchObject({ index: 0, id: `call_mock_7_${choice}`, type: "function" });
    expect(calls.slice(1).every((call) => !("id" in call) && !("name" in call.function))).toBe(true);
    const text = calls.map((call) => call.function.arguments).join("");
    expect(JSON.parse(text)).toEqual({ text: mockText(choice + 3, 5) });
    expect(body.choices[choice]).toMatchObject({ finish_reason: "tool_calls", message: { content: null } });
    expect(body.choices[choice]!.message.tool_calls![0]!.function.arguments).toBe(text);
    expect(joined(chunks, choice, (one) => one.delta.reasoning_content)).toBe(mockText(choice, 3));
  }
  expect(said(chunks.at(-1)).finish_reason).toBe("tool_calls");
});

test("a reply cut by max_tokens says length, calling a tool or not", () => {
  expect(said(stream({ plan: { finish: "length" } }).chunks.at(-1)).finish_reason).toBe("length");
  const tool = stream({ plan: { finish: "length" }, options: { toolCalls: true } });
  expect(said(tool.chunks.at(-1)).finish_reason).toBe("length");
});

test("usage in every event counts that choice's tokens so far", () => {
  const { opening, chunks } = stream({
    call: { continuousUsage: true, choices: 2 },
    plan: { tokens: 4, chunkTokens: 3, reasoning: 1 },
  });
  expect(opening[0]!.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 0, total_tokens: 3 });
  expect(chunks.map((chunk) => chunk.usage!.completion_tokens)).toEqual([1, 1, 4, 4]);
  expect(chunks.map((chunk) => chunk.usage!.completion_tokens_details!.reasoning_tokens)).toEqual([1, 1, 1, 1]);
});

test("no tokens: one event with an empty delta and the finish", () => {
  const { chunks } = stream({ plan: { tokens: 0 } });
  expect<unknown[]>(chunks.map(said)).toEqual([{ index: 0, delta: {}, finish_reason: "stop" }]);
});

test("completions: text instead of deltas, no role, never a tool", () => {
  const of: Case = { call: { api: "completions", choices: 2 }, options: { toolCalls: true } };
  const { opening, chunks } = stream(of);
  expect(opening).toEqual([]);
  expect(chunks[0]).toMatchObject({ id: "cmpl-mock-7", object: "text_completion" });
  expect(joined(chunks, 1, (one) => one.text)).toBe(mockText(1, 8));
  const body = whole(of);
  expect(body.choices.map((choice) => [choice.text, choice.finish_reason])).toEqual([
    [mockText(0, 8), "stop"],
    [mockText(1, 8), "stop"],
  ]);
});
