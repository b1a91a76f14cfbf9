import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import lineByLine from "../../plugins/dataset/line_by_line.ts";
import openqa from "../../plugins/dataset/openqa.ts";
import { questions } from "../../plugins/dataset/openqa-questions.ts";
import prompt from "../../plugins/dataset/prompt.ts";
import random from "../../plugins/dataset/random.ts";
import type { DatasetPlugin } from "../../src/contract/dataset.ts";
import type { Params } from "../../src/contract/params.ts";
import { FileSource } from "../../src/dataset/source.ts";

const folder = mkdtempSync(join(tmpdir(), "plumb-datasets-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const bare: Params = {
  model: "m",
  stream: true,
  url: "http://127.0.0.1/v1/completions",
  applyChatTemplate: false,
  minPromptLength: 0,
  maxPromptLength: 131072,
  extraArgs: {},
  apiArgs: {},
  datasetArgs: {},
  given: [],
};
const chat: Params = { ...bare, applyChatTemplate: true };

async function first(plugin: DatasetPlugin, params: Params, count = Number.POSITIVE_INFINITY): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of plugin.buildMessages(params, new FileSource())) if (items.push(item) >= count) break;
  return items;
}

describe("openqa", () => {
  test("its own questions are many, different, in both languages by turns and of all lengths", () => {
    const chinese = questions.filter((question) => /\p{Script=Han}/u.test(question));
    expect(chinese.length).toBeGreaterThanOrEqual(110);
    expect(questions.length - chinese.length).toBeGreaterThanOrEqual(110);
    expect(new Set(questions).size).toBe(questions.length);
    expect(questions.every((question, index) => chinese.includes(question) === (index % 2 === 1))).toBe(true);
    const tokens = questions.map((question) => countTokens(question));
    expect(Math.min(...tokens)).toBeLessThan(8);
    expect(Math.max(...tokens)).toBeGreaterThan(150);
  });

  test("yields them as messages or bare", async () => {
    expect(await first(openqa, bare)).toEqual([...questions]);
    expect(await first(openqa, chat, 1)).toEqual([[{ role: "user", content: questions[0] }]]);
  });

  test("reads the questions of a file, whatever else its lines hold", async () => {
    const datasetPath = file("qa.jsonl", '{"question": "one?", "answer": 1}\n\n{"question": "二?"}\r\n');
    expect(await first(openqa, { ...bare, datasetPath })).toEqual(["one?", "二?"]);
  });

  test.each(['{"prompt": "x"}', "[]", "null", '{"question": 5}', '{"question": "  "}', "plain text", '{"question": '])(
    "a line like %s is refused by file and line",
    async (line) => {
      const datasetPath = file("bad.jsonl", `{"question": "fine"}\n\n${line}\n`);
      await expect(first(openqa, { ...bare, datasetPath })).rejects.toThrow(`${datasetPath}:3 `);
    },
  );
});

test("what is not JSON is told with its place, its fault and what openqa wants", async () => {
  const datasetPath = file("words.txt", "some words\n");
  await expect(first(openqa, { ...bare, datasetPath })).rejects.toThrow(
    `${datasetPath}:1 is not JSON: JSON Parse error: Unexpected identifier "some"; openqa wants {"question": "..."} in ` +
      "each line, and line_by_line is for plain text",
  );
  const list = file("list.json", '[{"question": "a"}');
  await expect(first(openqa, { ...bare, datasetPath: list })).rejects.toThrow(
    "it ends in the middle of its list; openqa",
  );
});

describe("line_by_line", () => {
  const datasetPath = file(
    "lines.txt",
    [
      "plain text",
      "",
      "   ",
      '[{"role": "system", "content": "be brief"}]',
      '{"messages": [], "temperature": 1}',
      "[1] is how a footnote starts",
      "{braces} in text",
      '"a JSON string"',
      "42",
      "  indented",
    ].join("\n"),
  );
  const others = ["[1] is how a footnote starts", "{braces} in text", '"a JSON string"', "42", "  indented"];
  const messages = [{ role: "system", content: "be brief" }];
  const raw = { kind: "raw", body: { messages: [], temperature: 1 } };

  test("tells text, messages and bodies apart", async () => {
    expect(await first(lineByLine, { ...bare, datasetPath })).toEqual(["plain text", messages, raw, ...others]);
  });

  test("makes user messages of text under the chat template", async () => {
    const users = ["plain text", ...others].map((content) => [{ role: "user", content }]);
    expect(await first(lineByLine, { ...chat, datasetPath })).toEqual([users[0], messages, raw, ...users.slice(1)]);
  });

  test("needs a file", () => expect(first(lineByLine, bare)).rejects.toThrow("line_by_line needs --dataset-path FILE"));
});

describe("random", () => {
  const prompts = async (params: Params, count: number) =>
    ((await first(random, params, count)) as { prompt: string }[]).map(({ prompt }) => prompt);

  test("has exactly the tokens that were asked for, 1024 by default", async () => {
    for (const prompt of await prompts({ ...bare, inputLen: 333 }, 20)) expect(countTokens(prompt)).toBe(333);
    expect(countTokens((await prompts(bare, 1))[0]!)).toBe(1024);
  });

  test("never repeats a prompt, and the seed decides them all", async () => {
    const short = { ...bare, inputLen: 8 };
    const made = await prompts(short, 5000);
    expect(new Set(made).size).toBe(5000);
    expect(await prompts({ ...short, seed: 0 }, 10)).toEqual(made.slice(0, 10));
    for (const seed of [1, -1, 2 ** 32 - 1]) {
      const others = await prompts({ ...short, seed }, 5000);
      expect(new Set([...made, ...others]).size).toBe(10_000);
    }
  });

  test("yields a user message under the chat template", async () => {
    const [input] = await first(random, { ...chat, inputLen: 1 }, 1);
    const messages = [{ role: "user", content: expect.any(String) }];
    expect(input).toEqual({ kind: "messages", messages, asked: { promptTokens: 1 } });
  });
});

describe("prompt", () => {
  test("yields its text once a pass", async () => {
    expect(await first(prompt, { ...bare, prompt: "hi" })).toEqual(["hi"]);
    expect(await first(prompt, { ...chat, prompt: "hi" })).toEqual([[{ role: "user", content: "hi" }]]);
  });

  test("needs a text", () => expect(first(prompt, bare)).rejects.toThrow("prompt needs --prompt TEXT"));
});
