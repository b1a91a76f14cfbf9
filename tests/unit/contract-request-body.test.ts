import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import openai from "../../plugins/api/openai.ts";
import type { Input } from "../../src/contract/input.ts";
import type { Params } from "../../src/contract/params.ts";
import { requestBody } from "../../src/contract/request-body.ts";
import { sampleParams } from "../../src/registry/sample-inputs.ts";

const PROMPT: Input = { kind: "prompt", prompt: 'say "$&" and\n%m' };
const MESSAGES: Input = { kind: "messages", messages: [{ role: "user", content: "hello" }] };

function body(template: Record<string, unknown> | undefined, changed: Partial<Params> = {}, input = MESSAGES) {
  const params = sampleParams({ maxTokens: 7, ...changed, ...(template !== undefined && { queryTemplate: template }) });
  const content = input.kind === "messages" ? { messages: input.messages } : { prompt: "the prompt" };
  const fields = ({ model, maxTokens, temperature }: Partial<Params>) => {
    const named = { model, max_tokens: maxTokens, temperature };
    return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  };
  return requestBody(input, params, { content, fields });
}

describe("requestBody", () => {
  test("without a template: options, content, extra arguments", () => {
    expect(body(undefined, { extraArgs: { temperature: 2, x: 1 } })).toEqual({
      model: "sample-model",
      max_tokens: 7,
      temperature: 2,
      x: 1,
      messages: [{ role: "user", content: "hello" }],
    });
  });

  test("what an input brings along goes before options and template, and behind extra arguments", () => {
    const input: Input = { ...MESSAGES, extra: { tools: [1], temperature: 0.5, x: 1 } };
    expect(
      body({ temperature: 2, tools: [] }, { given: ["temperature"], temperature: 1, extraArgs: { x: 2 } }, input),
    ).toMatchObject({
      tools: [1],
      temperature: 0.5,
      x: 2,
    });
  });

  test("the template goes before defaults, what the user gave before the template, extra arguments before all", () => {
    const template = { model: "theirs", temperature: 0.5, max_tokens: 1, top_k: 4, x: 1 };
    expect(body(template, { given: ["maxTokens"], extraArgs: { x: 2 } })).toEqual({
      model: "theirs",
      temperature: 0.5,
      max_tokens: 7,
      top_k: 4,
      x: 2,
      messages: [{ role: "user", content: "hello" }],
    });
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      "messages",
      { messages: ["old"], input: "kept" },
      { messages: [{ role: "user", content: "hello" }], input: "kept" },
    ],
    [
      "input.messages",
      { input: { messages: [], a: 1 } },
      { input: { messages: [{ role: "user", content: "hello" }], a: 1 } },
    ],
    ["input", { input: "old" }, { input: [{ role: "user", content: "hello" }] }],
  ])("the template's %s is replaced", (_, template, expected) => {
    const made = body(template);
    expect(made).toMatchObject(expected);
    expect("messages" in made).toBe("messages" in expected);
  });

  test("%m and %p are filled in as they are, at any depth, and content stays out", () => {
    const made = body({ model: "%m-x", a: [{ text: "Q: %p?" }], n: 5 }, {}, PROMPT);
    expect(made).toEqual({
      model: "sample-model-x",
      a: [{ text: 'Q: say "$&" and\n%m?' }],
      n: 5,
      max_tokens: 7,
      temperature: 0,
    });
  });

  test("a body that is whole is completed only", () => {
    const raw: Input = { kind: "raw", body: { model: "own", messages: [] } };
    expect(body({ model: "theirs", x: 1 }, { given: ["model"] }, raw)).toMatchObject({
      model: "own",
      messages: [],
      x: 1,
    });
  });

  test("%p of what is no text is an error", () => {
    const picture: Input = {
      kind: "messages",
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }],
    };
    expect(() => body({ a: "%p" }, {}, picture)).toThrow(/image_url/);
    expect(() => body({ a: "%p" }, {}, { kind: "tokens", ids: [1] })).toThrow(/tokens/);
  });

  test("a template without marks comes through whatever it holds, and is not changed", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().map((name) => `x${name}`),
          fc.jsonValue(),
        ),
        (template) => {
          fc.pre(!JSON.stringify(template).includes("%"));
          const before = structuredClone(template);
          expect(body(template)).toMatchObject(before);
          expect(template).toEqual(before);
        },
      ),
    );
  });
});

describe("openai with a template", () => {
  const make = async (template: Record<string, unknown>, changed: Partial<Params> = {}) =>
    (await openai.buildRequest(MESSAGES, sampleParams({ queryTemplate: template, ...changed })))?.body as Record<
      string,
      unknown
    >;

  test("asks for usage exactly where the body streams", async () => {
    expect(await make({})).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(await make({ stream: false })).not.toHaveProperty("stream_options");
    expect(await make({ stream: true }, { stream: false, given: ["stream"] })).toMatchObject({ stream: false });
    expect(await make({ stream: true }, { stream: false, given: ["stream"] })).not.toHaveProperty("stream_options");
  });

  test("never sends both limits", async () => {
    const made = await make({ max_completion_tokens: 9 });
    expect(made).toMatchObject({ max_completion_tokens: 9 });
    expect(made).not.toHaveProperty("max_tokens");
  });
});
