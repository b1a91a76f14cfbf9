import { describe, expect, test } from "bun:test";
import custom from "../../plugins/dataset/custom_multi_turn.ts";
import random from "../../plugins/dataset/random_multi_turn.ts";
import shareGpt from "../../plugins/dataset/share_gpt_en_multi_turn.ts";
import sweSmith from "../../plugins/dataset/swe_smith.ts";
import trie from "../../plugins/dataset/trie_agentic_coding.ts";
import type { Input, Turn } from "../../src/contract/input.ts";
import { FileSource } from "../../src/dataset/source.ts";
import { dataFile, itemsOf, jsonLines, user } from "./dataset-fixture.ts";

const say = (role: string, content: string) => ({ role, content });

async function turnsOf(...args: Parameters<typeof itemsOf>): Promise<Turn[][]> {
  const items = (await itemsOf(...args)) as Input[];
  return items.map((item) => {
    if (item.kind !== "conversation") throw new Error(`${item.kind} where a conversation should be`);
    return item.turns;
  });
}

describe("custom_multi_turn", () => {
  test("an assistant's message ends a turn and is its reply; the first turn has the system's", async () => {
    const line = [say("system", "s"), say("user", "a"), say("assistant", "A"), say("user", "b"), say("user", "c")];
    const datasetPath = dataFile("custom.jsonl", jsonLines(line));
    expect(await turnsOf(custom, { datasetPath })).toEqual([
      [
        { messages: [say("system", "s"), say("user", "a")], reply: say("assistant", "A") },
        { messages: [say("user", "b"), say("user", "c")] },
      ],
    ]);
  });

  test("an assistant who begins says nothing, and conversations of nobody else are passed over", async () => {
    const lines = jsonLines([say("assistant", "A"), say("user", "a")], [say("assistant", "A")]);
    const datasetPath = dataFile("custom-assistant.jsonl", lines);
    expect(await turnsOf(custom, { datasetPath })).toEqual([[{ messages: user("a") }]]);
  });

  test("tools come from an object around the messages", async () => {
    const tools = [{ type: "function", function: { name: "f" } }];
    const datasetPath = dataFile("custom-tools.jsonl", jsonLines({ messages: user("a"), tools, id: 3 }));
    expect(await itemsOf(custom, { datasetPath })).toEqual([
      { kind: "conversation", turns: [{ messages: user("a") }], extra: { tools } },
    ]);
  });

  test("what is no list of messages is named with its line", async () => {
    const datasetPath = dataFile("custom-wrong.jsonl", jsonLines(user("a"), { text: "b" }));
    await expect(itemsOf(custom, { datasetPath })).rejects.toThrow(/custom-wrong.jsonl:2 is no list of messages/);
    const noRole = dataFile("custom-role.jsonl", jsonLines([{ content: "a" }]));
    await expect(itemsOf(custom, { datasetPath: noRole })).rejects.toThrow(
      /custom-role.jsonl:1: message 1 has no role/,
    );
  });
});

test("share_gpt_*_multi_turn: all turns with something in them, and where to get the file", async () => {
  const conversation = [
    { human: " Hi ", assistant: "Hello" },
    { human: "", assistant: "?" },
    { human: "Bye", assistant: "" },
  ];
  const datasetPath = dataFile("share.jsonl", jsonLines({ conversation }, { conversation: [{ human: "" }] }));
  expect(await turnsOf(shareGpt, { datasetPath })).toEqual([
    [{ messages: user("Hi"), reply: say("assistant", "Hello") }, { messages: user("Bye") }],
  ]);
  await expect(itemsOf(shareGpt)).rejects.toThrow(/common_en_70k.jsonl from https:.*--dataset-path/);
});

test("share_gpt_*_multi_turn: ShareGPT's own {from, value} too, under either name of the list", async () => {
  const spoken = (from: string, value: string) => ({ from, value });
  const conversations = [
    ...[spoken("gpt", "I begin"), spoken("system", "s"), spoken("human", " a "), spoken("gpt", "A")],
    ...[spoken("user", "b"), spoken("chatgpt", ""), spoken("human", "c"), spoken("assistant", "C")],
  ];
  const nobody = [spoken("system", "s"), spoken("gpt", "A")];
  const pairs = [{ human: "Hi", assistant: "Hello" }];
  const lines = jsonLines({ id: "x", conversations }, { conversation: nobody }, { conversations: pairs });
  expect(await turnsOf(shareGpt, { datasetPath: dataFile("share-own.jsonl", lines) })).toEqual([
    [
      { messages: [say("system", "s"), ...user("a")], reply: say("assistant", "A") },
      { messages: [...user("b"), ...user("c")], reply: say("assistant", "C") },
    ],
    [{ messages: user("Hi"), reply: say("assistant", "Hello") }],
  ]);
  const odd = dataFile("share-odd.jsonl", jsonLines({ conversations: [spoken("human", "a"), spoken("tool", "b")] }));
  await expect(turnsOf(shareGpt, { datasetPath: odd })).rejects.toThrow(
    /share-odd.jsonl:1, turn 2: "from" must be one of human, user, system, gpt/,
  );
});

describe("random_multi_turn", () => {
  test("turns between the bounds and all of them seen, of the wanted length, the same for the same seed", async () => {
    const given = { minTurns: 2, maxTurns: 4, inputLen: 20, seed: 5 };
    const made = await turnsOf(random, given, 60);
    expect(new Set(made.map(({ length }) => length))).toEqual(new Set([2, 3, 4]));
    const source = new FileSource();
    for (const { messages } of made.slice(0, 5).flat()) {
      expect(await source.countTokens(String(messages[0]!.content))).toBe(20);
    }
    expect(await turnsOf(random, given, 3)).toEqual(made.slice(0, 3));
    expect(await turnsOf(random, { ...given, seed: 6 }, 3)).not.toEqual(made.slice(0, 3));
  });

  test("--max-turns is asked for", async () => {
    await expect(itemsOf(random)).rejects.toThrow(/--max-turns N/);
  });
});

describe("swe_smith", () => {
  test("turns as they stand, the assistant's messages as replies", async () => {
    const datasetPath = dataFile("swe.json", {
      conversations: [
        [
          { messages: [say("system", "s"), say("user", "a")], prompt_tokens: 9, rid: "r" },
          { messages: [say("assistant", "A"), say("tool", "b")], prompt_tokens: 12 },
        ],
      ],
    });
    expect(await turnsOf(sweSmith, { datasetPath })).toEqual([
      [
        { messages: [say("system", "s"), say("user", "a")], reply: say("assistant", "A") },
        { messages: [say("tool", "b")] },
      ],
    ]);
  });

  test("what is wrong is named with its place", async () => {
    const wrong: [unknown, RegExp][] = [
      [{ data: [] }, /no list "conversations"/],
      [{ conversations: [[]] }, /conversation 1 has no turns/],
      [{ conversations: [[{ messages: user("a") }, { text: "b" }]] }, /conversation 1, turn 2 is no list of messages/],
      [{ conversations: [[{ messages: [say("assistant", "A")] }]] }, /nobody but the assistant/],
    ];
    for (const [index, [file, message]] of wrong.entries()) {
      const datasetPath = dataFile(`swe-wrong-${index}.json`, file as object);
      await expect(itemsOf(sweSmith, { datasetPath })).rejects.toThrow(message);
    }
  });
});

describe("trie_*", () => {
  const trace = {
    num_turns: 2,
    input_prompt_length: 30,
    assistant_response_length: [7, 8],
    tool_call_output_length: [11, 0],
    tool_call_latency: [0.5, 1.25],
    final_assistant_response_length: 9,
  };

  test("a turn for each tool and one more: lengths, waits and lengths of replies as recorded", async () => {
    const datasetPath = dataFile("trie.jsonl", jsonLines(trace, trace));
    const [turns, next] = await turnsOf(trie, { datasetPath });
    expect(turns!.map(({ maxTokens, thinkS }) => [maxTokens, thinkS])).toEqual([
      [7, undefined],
      [8, 0.5],
      [9, 1.25],
    ]);
    const source = new FileSource();
    const counted = await Promise.all(turns!.map(({ messages }) => source.countTokens(String(messages[0]!.content))));
    // A message without content is refused by some services.
    expect(counted).toEqual([30, 11, 1]);
    expect(next).not.toEqual(turns!);
  });

  test("lists of another length, and what is no number, are named with their line", async () => {
    const short = dataFile("trie-short.jsonl", jsonLines(trace, { ...trace, tool_call_latency: [1] }));
    await expect(itemsOf(trie, { datasetPath: short })).rejects.toThrow(/:2: "tool_call_latency" must be a list of/);
    const words = dataFile("trie-words.jsonl", jsonLines({ ...trace, input_prompt_length: "30" }));
    await expect(itemsOf(trie, { datasetPath: words })).rejects.toThrow(/"input_prompt_length" must be a number/);
  });
});
