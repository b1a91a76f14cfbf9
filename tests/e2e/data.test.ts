import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { results } from "./record.ts";

const mock = await Mock.start("--ttft", "1", "--itl", "1", "--tokens", "3");
const workspace = new Workspace();
afterAll(() => {
  mock[Symbol.dispose]();
  workspace[Symbol.dispose]();
});
beforeEach(() => mock.reset());

/** The smallest picture there is. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const TOOLS = [{ type: "function", function: { name: "weather", parameters: { type: "object", properties: {} } } }];

function file(name: string, ...values: unknown[]): string {
  const path = workspace.join(name);
  writeFileSync(path, values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join("\n"));
  return path;
}

function folder(name: string): string {
  const path = workspace.join(name);
  mkdirSync(path);
  for (const image of ["a.png", "b.png"]) writeFileSync(`${path}/${image}`, Buffer.from(PNG, "base64"));
  return path;
}

interface Case {
  dataset: string;
  /** Empty: it reads none. */
  path: string;
  /** Absent: openai. */
  api?: string;
  flags?: string[];
  /** The first body, in parts. */
  sends: object;
}

const said = (content: unknown) => ({ messages: [{ role: "user", content }] });
const image = (start: string) => ({ type: "image_url", image_url: { url: expect.stringContaining(start) } });

const CASES: Case[] = [
  { dataset: "openqa", path: "", sends: said("Why does bread go stale?") },
  { dataset: "openqa", path: file("qa.jsonl", { question: "How far?" }), sends: said("How far?") },
  {
    dataset: "openqa",
    path: file("long-qa.jsonl", { question: "one two three four five six" }),
    flags: ["--dataset-args", '{"target_input_len": 3}'],
    sends: said("one two three"),
  },
  { dataset: "custom", path: file("lines.txt", '{"not": "a body"}'), sends: said('{"not": "a body"}') },
  { dataset: "line_by_line", path: file("bodies.txt", { x: 1, ...said("Hi") }), sends: { x: 1 } },
  {
    dataset: "jsonl",
    path: file("alpaca.json", [{ instruction: "Count.", input: "1 2", output: "3" }]),
    sends: said("Count.\n\n1 2"),
  },
  { dataset: "longalpaca", path: file("LongAlpaca-12k.json", [{ instruction: "Read." }]), sends: said("Read.") },
  {
    dataset: "share_gpt_zh",
    path: file("common_zh_70k.jsonl", { conversation: [{ human: "为什么？", assistant: "a" }] }),
    sends: said("为什么？"),
  },
  {
    dataset: "share_gpt_en",
    path: file("common_en_70k.jsonl", { conversation: [{ human: "Why?", assistant: "a" }] }),
    sends: said("Why?"),
  },
  {
    dataset: "tool_calls",
    path: file("tools.jsonl", { ...said("Rain?"), tools: TOOLS }),
    sends: { ...said("Rain?"), tools: TOOLS },
  },
  {
    dataset: "random_vl",
    path: "",
    flags: ["--image-width", "30", "--image-height", "20", "--image-format", "jpeg", "--image-num", "2"],
    sends: said([{ type: "text", text: expect.any(String) }, ...new Array(2).fill(image("data:image/jpeg;base64,"))]),
  },
  {
    dataset: "image_folder",
    path: folder("images"),
    flags: ["--dataset-args", '{"text": "What?"}'],
    sends: said([{ type: "text", text: "What?" }, image(`data:image/png;base64,${PNG}`)]),
  },
  { dataset: "embedding", api: "embedding", path: file("texts.txt", "a", "b"), sends: { input: ["a"] } },
  { dataset: "embedding_batch", api: "embedding", path: file("t.txt", "a", "b"), sends: { input: ["a", "b"] } },
  { dataset: "random_embedding", api: "embedding", path: "", sends: { input: [expect.any(String)] } },
  {
    dataset: "random_embedding_batch",
    api: "embedding",
    path: "",
    sends: { input: new Array(8).fill(expect.any(String)) },
  },
  {
    dataset: "rerank",
    api: "rerank",
    path: file("pairs.jsonl", { query: "q", passages: ["a", "b"] }),
    sends: { query: "q", documents: ["a", "b"] },
  },
  {
    dataset: "random_rerank",
    api: "rerank",
    path: "",
    sends: { query: expect.any(String), documents: new Array(10).fill(expect.any(String)) },
  },
];

describe.each(
  CASES.map(
    (one, index) => [`${one.dataset} ${one.path === "" ? "" : one.path.split("/").at(-1)}`, one, index] as const,
  ),
)("%s", (_, { dataset, path, api = "openai", flags = [], sends }, index) => {
  const data = [...(path === "" ? [] : ["--dataset-path", path]), ...flags];

  test("a run sends it, and plumb data show has shown the same", async () => {
    const target = ["--url", mock.url, "--api", api, "--model", "MODEL", "--no-test-connection"];
    // Nothing of another run's may be left where two runs are to send the same.
    const load = ["--number", "2", "--max-tokens", "3", "--no-cache-bust", "--name", `run-${index}`];
    const run = await workspace.run(...target, "--dataset", dataset, ...data, ...load);
    const rows = results(workspace.join(run.folder));
    expect(rows.map(({ success, error }) => [success, error])).toEqual([
      [1, null],
      [1, null],
    ]);
    expect((await mock.stats()).finished).toBe(2);
    const sent = JSON.parse(rows[0]!.request!) as object;
    expect(sent).toMatchObject(sends);
    const shown = await workspace.plumb(["data", "show", dataset, ...data, "-n", "1", "--max-tokens", "3", "--json"]);
    expect(shown.code).toBe(0);
    expect(JSON.parse(shown.out)).toEqual([sent]);
  });
});

describe("plumb data", () => {
  test("list names every dataset of the binary, and what it needs", async () => {
    const { out, code } = await workspace.plumb(["data", "list", "--json"]);
    expect(code).toBe(0);
    const listed = JSON.parse(out) as { name: string; path: string | null }[];
    expect(listed.map(({ name }) => name)).toEqual(expect.arrayContaining(CASES.map(({ dataset }) => dataset)));
    expect(listed.find(({ name }) => name === "rerank")).toMatchObject({ path: "needed" });
    const table = await workspace.plumb(["data", "list"]);
    expect(table.out).toMatch(/^openqa +may be given +Questions/m);
  });

  test("stats counts one pass in tokens and characters", async () => {
    const path = file("stats.txt", "one two three", "为什么？", "four");
    const { out, code } = await workspace.plumb(["data", "stats", "custom", "--dataset-path", path, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      dataset: "custom",
      inputs: 3,
      complete: true,
      left_out: 0,
      by_kind: { messages: 3 },
      tokens: { min: 1, max: 3 },
      characters: { min: 4, p50: 4, max: 13 },
    });
  });

  test("what a file says cannot reach the terminal's controls", async () => {
    const path = file("hostile.txt", "a\u001b[31mred\u0085\u202eb");
    for (const action of ["show", "stats"]) {
      const { out, err, code } = await workspace.plumb(["data", action, "custom", "--dataset-path", path]);
      expect({ code, shown: /1: messages|1 input /.test(out) }).toEqual({ code: 0, shown: true });
      expect(out + err).not.toMatch(/[\u001b\u0085\u202e]/);
    }
  });

  test("without its file a dataset says which to get, in a run too", async () => {
    for (const command of [
      ["data", "show", "longalpaca"],
      ["run", "--url", mock.url, "--dataset", "longalpaca"],
    ]) {
      const { err, code } = await workspace.plumb(command);
      expect(code).not.toBe(0);
      expect(err).toContain("LongAlpaca-12k.json from https://");
    }
  });

  test.each([
    [["data"], "say what to do: list"],
    [["data", "shwo"], "did you mean show?"],
    [["data", "show"], "name a dataset first"],
    [["data", "show", "openqua"], "did you mean openqa?"],
    [["data", "show", "openqa", "--nmber", "3"], "did you mean --number?"],
    [["data", "show", "openqa", "--dataset-args", '{"target_inputlen": 3, "x": 1}'], 'unknown option "x"'],
    [["data", "show", "custom", "--dataset-path", "gone.txt"], "there is no such file"],
  ])("%j is refused", async (command, words) => {
    const { err, code } = await workspace.plumb(command);
    expect(code).toBeGreaterThan(0);
    expect(err).toContain(words);
  });
});
