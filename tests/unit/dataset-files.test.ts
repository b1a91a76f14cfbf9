import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import custom from "../../plugins/dataset/custom.ts";
import jsonl from "../../plugins/dataset/jsonl.ts";
import longalpaca from "../../plugins/dataset/longalpaca.ts";
import shareGptEn from "../../plugins/dataset/share_gpt_en.ts";
import shareGptZh from "../../plugins/dataset/share_gpt_zh.ts";
import toolCalls from "../../plugins/dataset/tool_calls.ts";
import { setLogSink } from "../../src/contract/log.ts";
import { FileSource } from "../../src/dataset/source.ts";
import { sampleParams } from "../../src/registry/sample-inputs.ts";
import { dataFile, itemsOf, jsonLines, removeData, user } from "./dataset-fixture.ts";

afterAll(removeData);

describe("custom", () => {
  test("every line is a prompt as it stands", async () => {
    const datasetPath = dataFile("prompts.txt", '  one \n\n{"a": 1}\r\n[2]\n');
    expect(await itemsOf(custom, { datasetPath })).toEqual([user("one"), user('{"a": 1}'), user("[2]")]);
    expect(await itemsOf(custom, { datasetPath, applyChatTemplate: false })).toEqual(["one", '{"a": 1}', "[2]"]);
  });
});

describe("jsonl", () => {
  const messages = [{ role: "system", content: "Be brief." }, ...user("Hi")];
  test.each([
    ["messages", { messages, prompt: "not this" }, messages],
    ["prompt", { prompt: " Hi " }, user("Hi")],
    ["question", { question: "Why?", answer: "so" }, user("Why?")],
    ["instruction", { instruction: "Translate.", input: "你好", output: "Hello" }, user("Translate.\n\n你好")],
    ["instruction alone", { instruction: "Count.", input: "", output: "1" }, user("Count.")],
    [
      "conversations",
      {
        conversations: [
          { from: "system", value: "x" },
          { from: "human", value: "Hi" },
          { from: "gpt", value: "y" },
        ],
      },
      user("Hi"),
    ],
    ["conversation", { conversation: [{ human: "Hi", assistant: "Hello" }] }, user("Hi")],
  ])("knows records with %s, in lines and in a list", async (name, record, input) => {
    const lines = dataFile(`${name}.jsonl`, jsonLines(record, record));
    expect(await itemsOf(jsonl, { datasetPath: lines })).toEqual([input, input]);
    const list = dataFile(`${name}.json`, [record]);
    expect(await itemsOf(jsonl, { datasetPath: list })).toEqual([input]);
  });

  test("says once a run what it takes the file for", async () => {
    const said: unknown[] = [];
    setLogSink((_, words) => said.push(...words));
    const datasetPath = dataFile("said.jsonl", jsonLines({ prompt: "a" }, { prompt: "b" }));
    const params = sampleParams({ datasetPath });
    for (let pass = 0; pass < 3; pass++) await Array.fromAsync(jsonl.buildMessages(params, new FileSource()));
    setLogSink(() => {});
    expect(said).toEqual([`${datasetPath} is read as texts named "prompt"`]);
  });

  test("passes over what has nothing to send", async () => {
    const datasetPath = dataFile("holes.jsonl", jsonLines({ prompt: "a" }, { prompt: " " }, { prompt: "b" }));
    expect(await itemsOf(jsonl, { datasetPath })).toEqual([user("a"), user("b")]);
  });

  test("another form in the middle, and one that nobody knows, are refused by line", async () => {
    const mixed = dataFile("mixed.jsonl", jsonLines({ prompt: "a" }, { question: "b" }));
    await expect(itemsOf(jsonl, { datasetPath: mixed })).rejects.toThrow(`${mixed}:2 is of another form`);
    for (const first of [{ title: "a" }, ["a"], "a", 5, null]) {
      const datasetPath = dataFile("unknown.jsonl", `\n${JSON.stringify({ value: first }).slice(9, -1)}\n`);
      await expect(itemsOf(jsonl, { datasetPath })).rejects.toThrow(datasetPath);
    }
  });

  test("records of any shape are inputs or a message that names the place", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.object({ maxDepth: 2 })), async (records) => {
        const datasetPath = dataFile("any.jsonl", jsonLines(...records));
        const outcome = await itemsOf(jsonl, { datasetPath }).catch((error: Error) => error.message);
        if (typeof outcome === "string") expect(outcome).toStartWith(`${datasetPath}:`);
        else expect(outcome.length).toBeLessThanOrEqual(records.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe("longalpaca, share_gpt_zh, share_gpt_en", () => {
  test("longalpaca sends the instructions of a list", async () => {
    const datasetPath = dataFile("LongAlpaca.json", [{ instruction: " Read this. ", output: "x" }]);
    expect(await itemsOf(longalpaca, { datasetPath })).toEqual([user("Read this.")]);
    const other = dataFile("other.json", [{ instruction: "a" }, { question: "b" }]);
    await expect(itemsOf(longalpaca, { datasetPath: other })).rejects.toThrow(`${other} (item 2) has no instruction`);
  });

  test("share_gpt sends what a person said first, of both forms", async () => {
    const datasetPath = dataFile(
      "common.jsonl",
      jsonLines(
        {
          conversation: [
            { human: " 你好 ", assistant: "x" },
            { human: "b", assistant: "y" },
          ],
        },
        { conversation: [{ human: "", assistant: "x" }] },
        { conversations: [{ from: "human", value: "Hi" }] },
      ),
    );
    for (const plugin of [shareGptZh, shareGptEn]) {
      expect(await itemsOf(plugin, { datasetPath })).toEqual([user("你好"), user("Hi")]);
    }
  });

  test.each([
    [longalpaca, "LongAlpaca-12k.json from https://"],
    [shareGptZh, "common_zh_70k.jsonl from https://"],
    [shareGptEn, "common_en_70k.jsonl from https://"],
  ])("without a file they name the one to get, and download nothing", async (plugin, words) => {
    const error = await itemsOf(plugin).catch((thrown: Error) => thrown.message);
    expect(error).toContain(words);
    expect(error).toContain("--dataset-path");
  });
});

describe("tool_calls", () => {
  const tools = [{ type: "function", function: { name: "weather", parameters: { type: "object" } } }];
  const record = { messages: user("Rain?"), tools, tool_choice: "auto", results: ["yes", { content: "no" }] };
  const datasetPath = dataFile("tools.jsonl", jsonLines(record, { messages: user("Hi"), tools }));
  const extra = { tools, tool_choice: "auto" };

  test("messages, with the tools for the body", async () => {
    expect(await itemsOf(toolCalls, { datasetPath })).toEqual([
      { kind: "messages", messages: user("Rain?"), extra },
      { kind: "messages", messages: user("Hi"), extra: { tools } },
    ]);
  });

  test("follow_up sends the results as a second turn, where there are some", async () => {
    const [first, second] = await itemsOf(toolCalls, { datasetPath, datasetArgs: { follow_up: true } });
    const results = [
      { role: "tool", tool_call_id: "call_0", content: "yes" },
      { role: "tool", tool_call_id: "call_1", content: "no" },
    ];
    const turns = [{ messages: user("Rain?") }, { messages: results }];
    expect(first).toEqual({ kind: "conversation", turns, extra });
    expect(second).toMatchObject({ kind: "messages" });
  });

  test.each([{ tools }, { messages: user("Hi") }, { messages: "Hi", tools }])("%j is refused by line", async (line) => {
    const broken = dataFile("broken-tools.jsonl", jsonLines(record, line));
    await expect(itemsOf(toolCalls, { datasetPath: broken })).rejects.toThrow(`${broken}:2 has no `);
  });
});
