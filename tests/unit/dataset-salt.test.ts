import { expect, test } from "bun:test";
import { salted } from "../../src/dataset/salt.ts";
import { sampleInputs } from "../../src/registry/sample-inputs.ts";

test("the very first text of a prompt, of messages and of a conversation begins with the line", () => {
  expect(salted({ kind: "prompt", prompt: "p" }, "s")).toEqual({ kind: "prompt", prompt: "s\np" });
  const messages = [
    { role: "system", content: "a" },
    { role: "user", content: "b" },
  ];
  const begun = [{ role: "system", content: "s\na" }, messages[1]];
  expect(salted({ kind: "messages", messages, maxTokens: 3 }, "s") as unknown).toEqual({
    kind: "messages",
    messages: begun,
    maxTokens: 3,
  });
  const turns = [{ messages }, { messages }];
  expect(salted({ kind: "conversation", turns }, "s") as unknown).toEqual({
    kind: "conversation",
    turns: [{ messages: begun }, { messages }],
  });
});

test("parts keep their order behind it", () => {
  const image = { type: "image_url", image_url: { url: "data:," } };
  const input = { kind: "messages" as const, messages: [{ role: "user", content: [image] }] };
  expect(salted(input, "s") as unknown).toEqual({
    kind: "messages",
    messages: [{ role: "user", content: [{ type: "text", text: "s\n" }, image] }],
  });
});

test("what is no prompt stays as it is, and nothing is changed in place", () => {
  for (const input of sampleInputs()) {
    const before = structuredClone(input);
    const after = salted(input, "s");
    expect(input).toEqual(before);
    if (!["prompt", "messages", "conversation"].includes(input.kind)) expect(after).toEqual(input);
  }
});
