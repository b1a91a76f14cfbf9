import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { promptContent } from "../../src/run/prompt-content.ts";

const content = (body: unknown) => promptContent(JSON.stringify(body));
const MESSAGES = [
  { role: "system", content: "s" },
  { role: "user", content: [{ type: "text", text: "u" }] },
];

describe("what a model reads of a body", () => {
  test.each<[string, unknown, unknown[]]>([
    ["messages, as they are: a chat template may stand between", { messages: MESSAGES }, [MESSAGES]],
    ["an input of messages too", { input: MESSAGES }, [MESSAGES]],
    ["texts of what is no message", { messages: [{ content: "a" }, { role: "user", content: 7 }] }, ["a"]],
    ["a prompt", { model: "m", prompt: "p" }, ["p"]],
    ["several prompts", { prompt: ["p", "q"] }, ["p", "q"]],
    ["an input, a system prompt", { input: ["i"], system: "s" }, ["i", "s"]],
    ["an input with messages in it", { input: { messages: MESSAGES, prompt: "p" } }, ["p", MESSAGES]],
    ["instructions", { instructions: "s", input: "i" }, ["i", "s"]],
    ["a query and documents", { query: "q", documents: ["d", { text: "e" }] }, ["q", "d", "e"]],
    ["tools", { messages: MESSAGES, tools: [{ name: "t" }] }, [MESSAGES, '[{"name":"t"}]']],
    ["nothing of that kind", { model: "m" }, []],
    ["no object", 7, []],
    ["null", null, []],
  ])("%s", (_, body, items) => {
    expect(content(body).items).toEqual(items as never);
  });

  test("no body: nothing; a body that is no JSON: a prompt", () => {
    expect(promptContent(null)).toEqual({ items: [], surrounded: 0, ids: 0, maxTokens: null });
    expect(promptContent("plain text")).toMatchObject({ items: ["plain text"], surrounded: 1 });
  });
});

test("tokens sent as such are counted by their number", () => {
  expect(content({ prompt: [1, 2, 3] })).toMatchObject({ items: [], ids: 3, surrounded: 0 });
  expect(content({ prompt: [[1, 2], [3]] }).ids).toBe(3);
});

test("a model puts tokens round each prompt and each input, not round messages", () => {
  expect(content({ prompt: ["a", "b"] }).surrounded).toBe(2);
  expect(content({ input: "a" }).surrounded).toBe(1);
  expect(content({ messages: MESSAGES, system: "s" }).surrounded).toBe(0);
});

test.each<[object, number | null]>([
  [{ max_tokens: 7 }, 7],
  [{ max_completion_tokens: 7 }, 7],
  [{ max_output_tokens: 7 }, 7],
  [{ max_tokens: 7, n: 3 }, 21],
  [{ max_tokens: "7" }, null],
  [{}, null],
])("%j asks for at most %p tokens", (body, most) => {
  expect(content({ prompt: "p", ...body }).maxTokens).toBe(most);
});

test("any JSON gives texts and messages", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (body) => {
      for (const item of promptContent(body).items) expect(typeof item === "string" || Array.isArray(item)).toBe(true);
    }),
  );
});
