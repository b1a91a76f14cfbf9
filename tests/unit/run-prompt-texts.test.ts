import { expect, test } from "bun:test";
import fc from "fast-check";
import { promptTexts } from "../../src/run/prompt-texts.ts";

test.each<[string, unknown, string[]]>([
  [
    "messages",
    {
      messages: [
        { role: "system", content: "s" },
        { role: "user", content: "u" },
      ],
    },
    ["s", "u"],
  ],
  ["parts", { messages: [{ role: "user", content: [{ type: "text", text: "a" }, { type: "image_url" }] }] }, ["a"]],
  ["a message without content", { messages: [{ role: "assistant", content: null }] }, []],
  ["a prompt", { model: "m", prompt: "p" }, ["p"]],
  ["several prompts", { prompt: ["p", "q"] }, ["p", "q"]],
  ["tokens", { prompt: [1, 2, 3] }, []],
  ["an input, a system prompt", { input: ["i"], system: "s" }, ["i", "s"]],
  ["an input with messages in it", { input: { messages: [{ content: "a" }], prompt: "p" } }, ["a", "p"]],
  ["instructions", { instructions: "s", input: "i" }, ["i", "s"]],
  ["a query and documents", { query: "q", documents: ["d", { text: "e" }] }, ["q", "d", "e"]],
  ["tools", { messages: [], tools: [{ name: "t" }] }, ['[{"name":"t"}]']],
  ["nothing of that kind", { model: "m" }, []],
  ["no object", 7, []],
  ["null", null, []],
])("%s", (_, body, texts) => {
  expect(promptTexts(JSON.stringify(body))).toEqual(texts);
});

test("no body: nothing; a body that is no JSON: itself", () => {
  expect(promptTexts(null)).toEqual([]);
  expect(promptTexts("plain text")).toEqual(["plain text"]);
});

test("any JSON gives strings", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (body) => {
      for (const text of promptTexts(body)) expect(text).toBeString();
    }),
  );
});
