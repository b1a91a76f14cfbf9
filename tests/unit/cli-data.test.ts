import { afterAll, describe, expect, test } from "bun:test";
import { listData } from "../../src/cli/data-list.ts";
import { readDataCommand } from "../../src/cli/data-request.ts";
import { showData } from "../../src/cli/data-show.ts";
import { dataStats } from "../../src/cli/data-stats.ts";
import { inputsOf } from "../../src/run/inputs.ts";
import { dataFile, jsonLines, removeData } from "./dataset-fixture.ts";

afterAll(removeData);

async function printed(action: () => Promise<number>): Promise<string> {
  let out = "";
  const { write } = process.stdout;
  process.stdout.write = ((chunk: string, done: () => void) => {
    out += chunk;
    done();
    return true;
  }) as typeof write;
  try {
    expect(await action()).toBe(0);
  } finally {
    process.stdout.write = write;
  }
  return out;
}

describe("data list", () => {
  test("a user's dataset stands beside the built-in ones, with what it says of itself", async () => {
    const file = dataFile(
      "mine.ts",
      `export default { name: "mine", about: "Mine \\u001b[31m", path: "optional", options: { a: { type: "string" } },
        *buildMessages() { yield "x"; } };`,
    );
    const table = await printed(() => listData(["--plugins", file]));
    expect(table).toMatch(/^NAME +PATH +WHAT IT SENDS\n/);
    expect(table).toMatch(/^rerank +needed +Queries/m);
    expect(table).toMatch(/^random_rerank +- +Made queries/m);
    expect(table).toMatch(/^mine +may be given +Mine \[31m \(.*mine\.ts\)$/m);
    const listed = JSON.parse(await printed(() => listData(["--plugins", file, "--json"]))) as { name: string }[];
    expect(listed.at(-1)).toEqual({
      name: "mine",
      aliases: [],
      about: "Mine \u001b[31m",
      path: "optional",
      options: ["a"],
      file,
    } as object as { name: string });
  });
});

describe("data show", () => {
  const long = "x".repeat(1000);
  const path = dataFile("show.txt", `${long}\nhello\nlast\n`);

  test("the first inputs with long texts cut; --json gives them whole, as a run sends them", async () => {
    const text = await printed(() => showData(["custom", "--dataset-path", path, "-n", "2"]));
    expect(text).toContain("1: messages, 1,000 characters\n");
    expect(text).toContain(`${"x".repeat(300)}… (700 more characters)`);
    expect(text).toContain("2: messages, 5 characters\n");
    expect(text).not.toContain("last");
    const json = await printed(() => showData(["custom", "--dataset-path", path, "--json", "--seed", "7"]));
    const bodies = JSON.parse(json) as object[];
    expect(bodies).toHaveLength(3);
    expect(bodies[0]).toMatchObject({ seed: 7, messages: [{ role: "user", content: long }] });
  });

  test("what a run would leave out is left out, and an empty result is said", async () => {
    const bounds = ["--max-prompt-length", "10", "--json"];
    const json = await printed(() => showData(["custom", "--dataset-path", path, ...bounds]));
    expect(JSON.parse(json)).toHaveLength(2);
    const none = showData(["custom", "--dataset-path", path, "--max-prompt-length", "1"]);
    await expect(none).rejects.toThrow("has no usable input: 3 read, 3 left out");
  });

  test("the API is the one for the inputs' kind, or the one that was named", async () => {
    const pairs = dataFile("pairs.jsonl", jsonLines({ query: "q", documents: ["d"] }));
    const show = (...flags: string[]) => showData(["rerank", "--dataset-path", pairs, "--json", ...flags]);
    expect(JSON.parse(await printed(() => show()))).toEqual([{ model: "MODEL", query: "q", documents: ["d"] }]);
    await expect(show("--api", "openai")).rejects.toThrow('openai cannot send an input of kind "rerank"');
  });

  test("a conversation is shown by its turns", async () => {
    const tools = dataFile(
      "tools.jsonl",
      jsonLines({ messages: [{ role: "user", content: "a" }], tools: [], results: ["b"] }),
    );
    const args = ["tool_calls", "--dataset-path", tools, "--dataset-args", '{"followUp": true}', "--json"];
    expect(JSON.parse(await printed(() => showData(args)))).toEqual([
      [
        { messages: [{ role: "user", content: "a" }] },
        { messages: [{ role: "tool", tool_call_id: "call_0", content: "b" }] },
      ],
    ]);
  });
});

describe("data stats", () => {
  test("counts, kinds and lengths of one pass", async () => {
    const lines = dataFile(
      "stats.txt",
      ["one two", "three", '[{"role":"user","content":"four five six"}]', '{"prompt":"seven"}', "y".repeat(50)].join(
        "\n",
      ),
    );
    const args = ["line_by_line", "--dataset-path", lines, "--max-prompt-length", "20"];
    const text = await printed(() => dataStats(args));
    expect(text).toContain("line_by_line: 4 inputs (messages 3, raw 1), all there are\n");
    expect(text).toContain("1 more are left out for their length");
    expect(text).toMatch(/^tokens +1 +1 +1 +2 +3 +3 +3 +1\.75$/m);
    expect(text).toMatch(/^2 +1 +█+$/m);
    expect(JSON.parse(await printed(() => dataStats([...args, "--json"])))).toMatchObject({ inputs: 4, left_out: 1 });
  });

  test("an endless dataset is looked at as far as -n says", async () => {
    const text = await printed(() => dataStats(["random_embedding_batch", "-n", "7", "--input-len", "5"]));
    expect(text).toContain("random_embedding_batch: 7 inputs (texts 7), the first ones; -n N looks at more\n");
    expect(text).toMatch(/^tokens +40 /m);
  });

  test("images are counted apart", async () => {
    const json = await printed(() => dataStats(["random_vl", "-n", "2", "--image-num", "3", "--json"]));
    expect(JSON.parse(json)).toMatchObject({ inputs: 2, images: 6, complete: false, tokens: { min: 64, max: 64 } });
  });

  test("a file that breaks in the middle is named with its line", async () => {
    const broken = dataFile("broken.jsonl", `${jsonLines({ prompt: "a" })}{"prompt":`);
    await expect(dataStats(["jsonl", "--dataset-path", broken])).rejects.toThrow(`${broken}:2 is not JSON`);
  });
});

describe("the inputs are those of a run with the same flags", () => {
  const words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];
  const path = dataFile("order.txt", words.join("\n"));
  const pairs = dataFile("mix.jsonl", jsonLines({ question: "one two three four five" }));

  /** The texts of the first inputs, as `data show` and as a run has them. */
  async function texts(dataset: string, ...flags: string[]): Promise<{ shown: string[]; sent: string[] }> {
    const all = ["--dataset-path", path, "--no-apply-chat-template", "--no-cache-bust", ...flags];
    const json = await printed(() => showData([dataset, ...all, "--json", "-n", "6"]));
    const shown = (JSON.parse(json) as { prompt: string }[]).map(({ prompt }) => prompt);
    const { config, counting } = await readDataCommand("show", [dataset, ...all], 6);
    const stream = await inputsOf({ config, counting, runId: "another" });
    const sent = (await stream.take(shown.length)).map((input) => (input.kind === "prompt" ? input.prompt : ""));
    await stream.close();
    counting.counter.close();
    return { shown, sent };
  }

  test.each<[string, string[], number]>([
    ["custom", ["--shuffle", "--seed", "3"], 6],
    ["custom", ["--sample", "4", "--seed", "3"], 4],
    [`custom:1,jsonl=${pairs}:2`, ["--seed", "5"], 6],
    ["custom", ["--max-prompt-length", "1", "--tokenizer-path", "o200k_base"], 6],
  ])("%s %j", async (dataset, flags, count) => {
    const { shown, sent } = await texts(dataset, ...flags);
    expect(shown).toEqual(sent);
    expect(shown).toHaveLength(count);
    expect(shown).not.toEqual(words.slice(0, count));
  });

  test("stats of a mixture tell its parts apart, in lengths and in the histogram", async () => {
    const args = [`custom:0.75,jsonl=${pairs}:0.25`, "--dataset-path", path, "-n", "400"];
    const text = await printed(() => dataStats(args));
    expect(text).toContain("400 inputs (messages 400), the first ones; -n N looks at more\n");
    expect(text).toMatch(/^ {2}custom +\d{3} +7\d(\.\d+)? %$/m);
    expect(text).toMatch(/^ {2}jsonl=.*mix\.jsonl +5 +5 +5 +5 +5 +5 +5 +5\.00$/m);
    expect(text).toMatch(/^ +all +custom +jsonl=.*mix\.jsonl$/m);
    expect(text).toMatch(/^ *5 +(\d+) +0 +\1 +█+$/m);
    const stats = JSON.parse(await printed(() => dataStats([...args, "--json"]))) as { parts: { inputs: number }[] };
    expect(stats).toMatchObject({ inputs: 400, complete: false, parts: [{ name: "custom" }, { tokens: { min: 5 } }] });
    expect(stats.parts.reduce((sum, { inputs }) => sum + inputs, 0)).toBe(400);
  });

  test("stats of a sample are of its inputs alone; of shuffled data of all", async () => {
    const stats = async (...flags: string[]) =>
      JSON.parse(await printed(() => dataStats(["custom", "--dataset-path", path, "--json", ...flags]))) as object;
    expect(await stats("--sample", "3")).toMatchObject({ inputs: 3, complete: true, parts: [] });
    expect(await stats("--shuffle")).toMatchObject({ inputs: 8, complete: true });
    expect(await stats("--shuffle", "-n", "8")).toMatchObject({ inputs: 8, complete: true });
    expect(await stats("--shuffle", "-n", "2")).toMatchObject({ inputs: 2, complete: false });
  });

  test("stats count with the tokenizer that is named", async () => {
    const one = dataFile("words.txt", "abc abc");
    const vocab = Object.fromEntries(["a", "b", "c", "ab", "Ġ", "[UNK]"].map((token, id) => [token, id]));
    const model = { type: "BPE", vocab, merges: ["a b"] };
    const tokenizer = dataFile("tokenizer.json", {
      model,
      pre_tokenizer: { type: "ByteLevel", add_prefix_space: false },
    });
    const args = ["custom", "--dataset-path", one, "--tokenizer-path", tokenizer];
    const text = await printed(() => dataStats(args));
    expect(text).toMatch(/^tokens +5 /m);
    expect(text).toContain(`counted with ${tokenizer}`);
  });
});

test("the flags of a run are read as a run reads them; a wrong one is a mistake", async () => {
  const { config, count } = await readDataCommand("show", ["openqa", "--no-apply-chat-template", "-n", "4"], 3);
  expect(config).toMatchObject({ dataset: "openqa", params: { applyChatTemplate: false } });
  expect(count).toBe(4);
  expect((await readDataCommand("show", ["openqa"], 3)).count).toBe(3);
  await expect(readDataCommand("show", ["openqa", "--sed", "1"], 3)).rejects.toThrow("did you mean --seed?");
  await expect(readDataCommand("show", ["--json"], 3)).rejects.toThrow("name a dataset first");
  await expect(readDataCommand("show", ["openqa", "--dataset", "jsonl"], 3)).rejects.toThrow("name one");
  const pasted = ["--url", "http://host/v1/completions", "--model", "m", "--dataset", "openqa", "--number", "9"];
  const request = await readDataCommand("stats", pasted, 3);
  expect(request).toMatchObject({ count: 9, config: { params: { model: "m", applyChatTemplate: false } } });
});
