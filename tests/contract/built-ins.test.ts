import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Params } from "../../src/contract/params.ts";
import { apis } from "../../src/registry/built-in-apis.ts";
import { datasets } from "../../src/registry/built-in-datasets.ts";
import { checkApi, checkDataset } from "../../src/registry/contract-suite.ts";

const folder = mkdtempSync(join(tmpdir(), "plumb-contract-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join("\n"));
  return path;
}

function imageFolder(): string {
  const images = join(folder, "images");
  const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  mkdirSync(images);
  for (const name of ["a.png", "b.png"]) writeFileSync(join(images, name), Buffer.from(png, "base64"));
  return images;
}

const TRACES = file("traces.jsonl", [
  JSON.stringify({
    num_turns: 1,
    input_prompt_length: 5,
    assistant_response_length: [2],
    tool_call_output_length: [3],
    tool_call_latency: [0.5],
    final_assistant_response_length: 2,
  }),
]);

/** What a dataset cannot do without. */
const NEEDS: Record<string, Partial<Params>> = {
  line_by_line: {
    datasetPath: file("lines.jsonl", ["Hi", '[{"role":"user","content":"Hi"}]', '{"model":"m"}', "[cut"]),
  },
  prompt: { prompt: "Hi" },
  custom: { datasetPath: file("prompts.txt", ["Hi", "", "[not JSON", "为什么？"]) },
  jsonl: { datasetPath: file("alpaca.jsonl", ['{"instruction":"Count","input":"1"}', '{"instruction":"Stop"}']) },
  longalpaca: { datasetPath: file("longalpaca.json", ['[{"instruction":"Read"},', '{"instruction":"Write"}]']) },
  share_gpt_zh: { datasetPath: file("zh.jsonl", ['{"conversation":[{"human":"为什么？","assistant":"b"}]}']) },
  share_gpt_en: { datasetPath: file("en.jsonl", ['{"conversations":[{"from":"human","value":"Why?"}]}']) },
  tool_calls: {
    datasetPath: file("tools.jsonl", ['{"messages":[{"role":"user","content":"Hi"}],"tools":[{}],"results":["a"]}']),
    datasetArgs: { follow_up: true },
  },
  custom_multi_turn: {
    datasetPath: file("talks.jsonl", ['[{"role":"user","content":"a"},{"role":"assistant","content":"A"}]']),
  },
  random_multi_turn: { maxTurns: 3, inputLen: 5 },
  share_gpt_zh_multi_turn: { datasetPath: file("zhs.jsonl", ['{"conversation":[{"human":"为什么？"}]}']) },
  share_gpt_en_multi_turn: { datasetPath: file("ens.jsonl", ['{"conversation":[{"human":"Why?"}]}']) },
  swe_smith: {
    datasetPath: file("swe.json", ['{"conversations":[[{"messages":[{"role":"user","content":"a"}]}]]}']),
  },
  trie_agentic_coding: { datasetPath: TRACES },
  trie_code_qa: { datasetPath: TRACES },
  trie_office_work: { datasetPath: TRACES },
  random_prefix: { prefixLength: 4, inputLen: 8 },
  speed_benchmark: { applyChatTemplate: false },
  speed_benchmark_long: { applyChatTemplate: false },
  trace: { datasetPath: file("azure.csv", ["TIMESTAMP,ContextTokens,GeneratedTokens", "2024-01-01 00:00:00.0,5,5"]) },
  workload_trace: { datasetPath: file("work.jsonl", ['{"body":{"messages":[]},"timestamp":1}']) },
  image_folder: { datasetPath: imageFolder() },
  embedding: { datasetPath: file("texts.json", ['["a", {"text":"b"}]']) },
  embedding_batch: { datasetPath: file("texts.txt", ["a", "b", "c"]), datasetArgs: { batch_size: 2 } },
  rerank: { datasetPath: file("pairs.jsonl", ['{"query":"a","documents":["b"]}', '{"query":"a","texts":["b"]}']) },
};

describe("every API that comes with plumb keeps its contract", () => {
  test.each(
    apis()
      .all()
      .map(({ plugin }) => [plugin.name, plugin] as const),
  )("%s", async (_, plugin) => {
    expect(await checkApi(plugin)).toEqual([]);
  });
});

describe("every dataset that comes with plumb keeps its contract", async () => {
  const registry = await datasets();
  test.each(registry.all().map(({ plugin }) => [plugin.name, plugin] as const))("%s", async (name, plugin) => {
    expect(await checkDataset(plugin, NEEDS[name] ?? {})).toEqual([]);
  });

  test("openqa with a file of its own", async () => {
    const datasetPath = file("questions.jsonl", ['{"question":"How far?"}', "", '{"question":"为什么？"}']);
    expect(await checkDataset(registry.get("openqa"), { datasetPath })).toEqual([]);
  });

  test("one that lacks what it needs says so", async () => {
    const [fault] = await checkDataset(registry.get("line_by_line"));
    expect(fault).toContain("--dataset-path");
  });
});
