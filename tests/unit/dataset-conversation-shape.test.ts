import { expect, test } from "bun:test";
import type { ConversationConfig } from "../../src/config/conversation.ts";
import type { Input, Turn } from "../../src/contract/input.ts";
import { ConversationShape } from "../../src/dataset/conversation-shape.ts";

const ASKED: ConversationConfig = {
  multiTurn: true,
  minTurns: null,
  maxTurns: null,
  users: null,
  keepReasoning: false,
};

const source = { makeText: async (count: number, seed: number) => `${count} tokens of ${seed}` };

function shapeOf(changed: Partial<ConversationConfig> = {}): ConversationShape {
  return new ConversationShape({ ...ASKED, ...changed }, 50, source, 1);
}

function turns(count: number): Turn[] {
  return Array.from({ length: count }, (_, index) => ({ messages: [{ role: "user", content: `${index}` }] }));
}

const talk = (count: number): Input => ({ kind: "conversation", turns: turns(count) });

test("shorter conversations are left out, longer ones cut", async () => {
  const shape = shapeOf({ minTurns: 2, maxTurns: 3 });
  expect(await shape.fit(talk(1))).toBeNull();
  expect(await shape.fit(talk(2))).toEqual(talk(2));
  expect(await shape.fit(talk(5))).toEqual(talk(3));
});

test("a plain input is a conversation of one turn, with all that stands beside it", async () => {
  const messages = [{ role: "user", content: "a" }];
  const beside = { maxTokens: 3, headers: { a: "b" }, metadata: { m: 1 }, extra: { tools: [] } };
  const one = { ...beside, kind: "conversation", turns: [{ messages }] };
  expect(await shapeOf().fit({ ...beside, kind: "messages", messages })).toEqual(one as Input);
  expect(await shapeOf().fit({ ...beside, kind: "prompt", prompt: "a" })).toEqual(one as Input);
  await expect(shapeOf().fit({ kind: "texts", texts: ["a"] })).rejects.toThrow(/kind "texts".*--multi-turn/);
});

test("without --multi-turn the first input decides for all", async () => {
  const single = shapeOf({ multiTurn: false });
  const prompt: Input = { kind: "prompt", prompt: "a" };
  expect(await single.fit(prompt)).toBe(prompt);
  await expect(single.fit(talk(2))).rejects.toThrow(/give --multi-turn/);
  const talks = shapeOf({ multiTurn: false });
  expect(await talks.fit(talk(2))).toEqual(talk(2));
  expect(await talks.fit(prompt)).toMatchObject({ kind: "conversation" });
});

test("replies go along where users begin in the middle: the dataset's, else made ones of the length asked for", async () => {
  const reply = { role: "assistant", content: "A" };
  const [first, second, third] = turns(3);
  const input: Input = { kind: "conversation", turns: [{ ...first!, reply }, { ...second!, maxTokens: 7 }, third!] };
  const plain = (await shapeOf().fit(input)) as Extract<Input, { kind: "conversation" }>;
  expect(plain.turns.some((turn) => "reply" in turn)).toBe(false);
  const users = (await shapeOf({ users: 4 }).fit(input)) as typeof plain;
  expect(users.turns[0]!.reply).toEqual(reply);
  expect(users.turns[1]!.reply?.content).toStartWith("7 tokens of ");
  expect(users.turns[2]!.reply?.content).toStartWith("50 tokens of ");
});

test("no conversation has more turns than rows of its own", async () => {
  expect(await shapeOf().fit(talk(1024))).toEqual(talk(1024));
  await expect(shapeOf().fit(talk(1025))).rejects.toThrow(/has 1025 turns: give --max-turns, 1024 at most/);
  expect(await shapeOf({ maxTurns: 1024 }).fit(talk(1025))).toEqual(talk(1024));
});
