import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { ask, type ResultRow, results, summaryOf } from "./record.ts";
import { ScriptedServer } from "./scripted-server.ts";

const mock = await Mock.start("--ttft", "30-60", "--itl", "3", "--tokens", "5-20", "--chunk-tokens", "2");
afterAll(() => mock[Symbol.dispose]());
const NOW = ["--model", "mock", "--no-test-connection"];

/** How far plumb's median may lie above the server's own on two busy cores; below it, never. */
const TTFT_MARGIN_MS = 60;
const GAP_MARGIN_MS = 3;
/** The server tells its times to 1/8192, by the upper edge. */
const SERVER_EDGE_MS = 0.1;

const sum = (values: (number | null)[]): number => values.reduce((total: number, value) => total + (value ?? 0), 0);

/** What the row's own reply says that it took, in its last event or its body. */
function usageOf(row: ResultRow): { prompt_tokens: number; completion_tokens: number } {
  const messages = JSON.parse(row.response_messages ?? "[]") as { usage?: ReturnType<typeof usageOf> }[];
  const { prompt_tokens, completion_tokens } = messages.findLast((message) => message.usage !== undefined)!.usage!;
  return { prompt_tokens, completion_tokens };
}

describe.each([
  ["chat/completions", "chatcmpl-"],
  ["completions", "cmpl-"],
])("/v1/%s", (endpoint, idPrefix) => {
  test("streamed: the record is what the server saw", async () => {
    using workspace = new Workspace();
    await mock.reset();
    const flags = ["--url", `${mock.url}/${endpoint}`, "--parallel", "4", "--number", "24", ...NOW];
    const { folder } = await workspace.run(...flags);
    const rows = results(workspace.join(folder));
    const server = await mock.stats();
    expect(server).toMatchObject({ requests: 24, finished: 24, aborted: 0, in_flight: 0, peak_in_flight: 4 });
    expect(rows).toHaveLength(24);
    for (const row of rows) {
      expect(row).toMatchObject({ success: 1, is_stream: 1, status: 200, error: null, token_source: "usage" });
      expect(row).toMatchObject({ endpoint: `${mock.url}/${endpoint}`, model: "mock", phase: "measure" });
      const { prompt_tokens, completion_tokens } = usageOf(row);
      expect(row).toMatchObject({ prompt_tokens, completion_tokens });
      const messages = JSON.parse(row.response_messages!) as unknown[];
      expect(messages.at(-1)).toBe("[DONE]");
      expect(messages[0]).toMatchObject({ id: expect.stringMatching(idPrefix) });
      expect(JSON.parse(row.event_times!)).toHaveLength(messages.length);
      // Two tokens a chunk, but for the last of an odd number.
      expect(row.chunks).toBe(Math.ceil(completion_tokens / 2));
    }
    expect(sum(rows.map((row) => row.prompt_tokens))).toBe(server.prompt_tokens);
    expect(sum(rows.map((row) => row.completion_tokens))).toBe(server.completion_tokens);

    const { requests, ttft_ms, latency_ms, tpot_ms, chunk_gap_ms, tokens } = summaryOf(workspace.join(folder));
    expect(requests).toMatchObject({ offered: 24, total: 24, success: 24, failed: 0, unsent: 0, by_error: {} });
    expect(tokens).toMatchObject({ prompt: server.prompt_tokens, completion: server.completion_tokens });
    expect(ttft_ms!.p50).toBeGreaterThan(server.server_ttft_ms.p50! - SERVER_EDGE_MS);
    expect(ttft_ms!.p50).toBeLessThan(server.server_ttft_ms.p50! + TTFT_MARGIN_MS);
    expect(ttft_ms!.max).toBeGreaterThan(server.server_ttft_ms.max! - SERVER_EDGE_MS);
    expect(latency_ms!.p50).toBeLessThan(server.server_latency_ms.p50! + TTFT_MARGIN_MS);
    // 3 ms a token, two of them a chunk.
    expect(chunk_gap_ms!.p50).toBeGreaterThan(server.server_gap_ms.p50! - GAP_MARGIN_MS);
    expect(chunk_gap_ms!.p50).toBeLessThan(server.server_gap_ms.p50! + GAP_MARGIN_MS);
    expect(tpot_ms!.p50).toBeGreaterThan(3 - GAP_MARGIN_MS / 2);
    expect(tpot_ms!.p50).toBeLessThan(3 + GAP_MARGIN_MS);
  });

  test("not streamed: no TTFT in the summary, the latency in the row", async () => {
    using workspace = new Workspace();
    await mock.reset();
    const flags = ["--url", `${mock.url}/${endpoint}`, "--no-stream", "--parallel", "3", "--number", "9", ...NOW];
    const { folder } = await workspace.run(...flags);
    const rows = results(workspace.join(folder));
    const server = await mock.stats();
    expect(rows).toHaveLength(9);
    for (const row of rows) {
      expect(row).toMatchObject({ success: 1, is_stream: 0, token_source: "usage", time_per_output_token: null });
      expect(row.first_chunk_latency).toBe(row.latency);
      expect(row).toMatchObject(usageOf(row));
      expect(JSON.parse(row.request!)).toMatchObject({ stream: false });
      expect(JSON.parse(row.response_messages!)).toHaveLength(1);
    }
    expect(sum(rows.map((row) => row.prompt_tokens))).toBe(server.prompt_tokens);
    expect(sum(rows.map((row) => row.completion_tokens))).toBe(server.completion_tokens);
    const { requests, ttft_ms, tpot_ms, itl_ms, latency_ms } = summaryOf(workspace.join(folder));
    expect(requests).toMatchObject({ total: 9, success: 9 });
    expect({ ttft_ms, tpot_ms, itl_ms }).toEqual({ ttft_ms: null, tpot_ms: null, itl_ms: null });
    expect(latency_ms!.p50).toBeGreaterThan(server.server_latency_ms.p50! - SERVER_EDGE_MS);
  });
});

describe("the load", () => {
  test("a ladder: each level with its own requests, run one after the other", async () => {
    using workspace = new Workspace();
    const { folder, out } = await workspace.run("--url", mock.url, "--parallel", "1", "4", "--number", "4", "8");
    const summary = summaryOf(workspace.join(folder));
    const levels = summary.levels.map(({ parallel, number, requests }) => [parallel, number, requests?.success]);
    expect(levels).toEqual([
      [1, 4, 4],
      [4, 8, 8],
    ]);
    expect(summary.ttft_ms).toBeUndefined();
    expect(summary.requests).toMatchObject({ total: 12, success: 12 });
    expect(out).toContain("2 levels");
    const rows = results(workspace.join(folder));
    expect(rows.map((row) => row.id)).toEqual([...Array(12).keys()]);
    expect(rows.map((row) => row.level)).toEqual([...Array(4).fill(0), ...Array(8).fill(1)]);
    const first = rows.filter((row) => row.level === 0).map((row) => row.completed_time!);
    const second = rows.filter((row) => row.level === 1).map((row) => row.start_time!);
    expect(Math.max(...first)).toBeLessThanOrEqual(Math.min(...second));
  });

  test("one value of --number serves all levels; 2x is twice the level's --parallel", async () => {
    using workspace = new Workspace();
    const count = async (number: string) => {
      const { folder } = await workspace.run("--url", mock.url, "--parallel", "1,3", "--number", number);
      return summaryOf(workspace.join(folder)).levels.map((level) => level.requests?.total);
    };
    expect(await count("5")).toEqual([5, 5]);
    expect(await count("2x")).toEqual([2, 6]);
  });

  test("warm-up is recorded with its phase and left out of every figure", async () => {
    using workspace = new Workspace();
    await mock.reset();
    const { folder, out } = await workspace.run(
      ...["--url", mock.url, "--parallel", "2", "--number", "6", "--warmup-num", "3", ...NOW],
    );
    const rows = results(workspace.join(folder));
    expect(rows.map((row) => row.phase)).toEqual([...Array(3).fill("warmup"), ...Array(6).fill("measure")]);
    const { requests, run, tokens } = summaryOf(workspace.join(folder));
    expect(requests).toMatchObject({ offered: 6, total: 6, success: 6 });
    expect(run.warmup).toBe(3);
    expect(out).toContain("3 warm-up requests left out");
    expect(tokens?.completion).toBe(sum(rows.slice(3).map((row) => row.completion_tokens)));
    expect((await mock.stats()).requests).toBe(9);
  });

  test("a --warmup-num below 1 is a share of each level's number", async () => {
    using workspace = new Workspace();
    const flags = ["--url", mock.url, "--parallel", "1", "2", "--number", "4", "8", "--warmup-num", "0.5"];
    const { folder } = await workspace.run(...flags);
    const counted = ask<{ level: number; phase: string; n: number }>(
      workspace.join(folder),
      "SELECT level, phase, count(*) AS n FROM result GROUP BY 1, 2 ORDER BY 1, 2 DESC",
    );
    expect(counted.map(({ level, phase, n }) => `${level} ${phase} ${n}`)).toEqual([
      ...["0 warmup 2", "0 measure 4", "1 warmup 4", "1 measure 8"],
    ]);
  });

  test("two engines send the same load as one", async () => {
    using workspace = new Workspace();
    const rowsWith = async (engines: string) => {
      const flags = ["--parallel", "4", "--number", "21", "--engines", engines, "--max-tokens", "3", "9"];
      const { folder } = await workspace.run("--url", mock.url, ...flags);
      return results(workspace.join(folder));
    };
    const one = await rowsWith("1");
    const two = await rowsWith("2");
    expect(two.map((row) => row.id)).toEqual([...Array(21).keys()]);
    expect(two.map((row) => row.engine)).toEqual(two.map((row) => row.id % 2));
    expect(two.map((row) => row.request)).toEqual(one.map((row) => row.request));
    expect(two.every((row) => row.success === 1)).toBe(true);
  });

  test("more at once than native fetch lets through by itself", async () => {
    // Slow enough that even a busy machine has sent the last one before the first one ends.
    using slow = await Mock.start("--ttft", "1500", "--itl", "1", "--tokens", "2");
    using workspace = new Workspace();
    const flags = ["--parallel", "300", "--number", "300", "--engines", "1", ...NOW];
    const { folder } = await workspace.run("--url", slow.url, ...flags);
    expect(summaryOf(workspace.join(folder)).requests).toMatchObject({ total: 300, success: 300 });
    expect(await slow.stats()).toMatchObject({ finished: 300, peak_in_flight: 300 });
  });

  test("what lies in the folder and in the environment changes nothing", async () => {
    using workspace = new Workspace();
    writeFileSync(workspace.join("bunfig.toml"), 'preload = ["./preload.ts"]\n');
    writeFileSync(workspace.join("preload.ts"), 'require("node:fs").writeFileSync("was-run", "");');
    writeFileSync(workspace.join("tsconfig.json"), "no JSON");
    writeFileSync(workspace.join("package.json"), "no JSON");
    writeFileSync(workspace.join(".env"), "OPENAI_API_KEY=from-the-folder\nHTTP_PROXY=http://127.0.0.1:1\n");
    const proxies = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"];
    const environment = Object.fromEntries(proxies.map((name) => [name, "http://127.0.0.1:1"]));
    const asked: (string | undefined)[] = [];
    using server = new ScriptedServer({
      it: (answer) => {
        asked.push(answer.asked.headers.get("authorization"));
        const choice = { index: 0, message: { content: "yes" }, finish_reason: "stop" };
        answer.whole(200, "application/json", JSON.stringify({ choices: [choice] }));
      },
    });
    const args = ["run", "--url", server.url("it"), "--model", "m", "--number", "2", "--prompt", "is it so?"];
    const { code } = await workspace.plumb(args, environment);
    expect(code).toBe(0);
    expect(asked).toEqual([undefined, undefined, undefined]);
    expect(workspace.files()).not.toContain("was-run");
  });

  test("without --model the service's first one is asked for and names the folder", async () => {
    using workspace = new Workspace();
    const { folder } = await workspace.run("--url", mock.url, "--number", "1");
    expect(folder).toEndWith("/mock");
    expect(results(workspace.join(folder))[0]).toMatchObject({ model: "mock" });
  });
});

test("sampling flags arrive in the request's body", async () => {
  using workspace = new Workspace();
  const flags = [
    ...["--min-tokens", "2", "--temperature", "0.5", "--top-p", "0.9", "--top-k", "40", "--stop", "END", "STOP"],
    ...["--seed", "7", "--ignore-eos", "--frequency-penalty", "0.1", "--repetition-penalty", "1.1", "--logprobs", "2"],
    ...["--n-choices", "2", "--stop-token-ids", "1", "2", "--max-tokens", "4"],
    ...["--extra-args", '{"user":"someone","top_k":41}'],
  ];
  const { folder } = await workspace.run("--url", mock.url, "--prompt", "hello", "--number", "1", ...flags);
  const [row] = results(workspace.join(folder));
  expect(JSON.parse(row!.request!)).toEqual({
    model: "mock",
    messages: [{ role: "user", content: "hello" }],
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 4,
    min_tokens: 2,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 41,
    stop: ["END", "STOP"],
    seed: 7,
    ignore_eos: true,
    frequency_penalty: 0.1,
    repetition_penalty: 1.1,
    logprobs: true,
    top_logprobs: 2,
    n: 2,
    stop_token_ids: [1, 2],
    user: "someone",
  });
  expect(row).toMatchObject({ success: 1, completion_tokens: 8 });
});

describe("what is sent", () => {
  const bodies = (folder: string) =>
    results(folder).map((row) => JSON.parse(row.request!) as { max_tokens: number; messages: unknown; prompt: string });
  const user = (content: string) => [{ role: "user", content }];

  test("--prompt sends one text again and again, @file the text of a file", async () => {
    using workspace = new Workspace();
    writeFileSync(workspace.join("long.txt"), "from a file\nwith two lines");
    const text = await workspace.run("--url", mock.url, "--prompt", "how deep?", "--number", "3");
    const file = await workspace.run("--url", mock.url, "--prompt", "@long.txt", "--number", "2");
    expect(bodies(workspace.join(text.folder)).map(({ messages }) => messages)).toEqual(
      Array(3).fill(user("how deep?")),
    );
    const [first] = bodies(workspace.join(file.folder));
    expect(first?.messages).toEqual(user("from a file\nwith two lines"));
  });

  test("line_by_line: text, messages and whole bodies; too small a file is begun again", async () => {
    using workspace = new Workspace();
    const messages = [{ role: "system", content: "be brief" }, ...user("hi")];
    const body = { messages: user("raw"), temperature: 1, max_tokens: 3 };
    const lines = ["plain text", JSON.stringify(messages), JSON.stringify(body)];
    writeFileSync(workspace.join("lines.txt"), `${lines.join("\n")}\n`);
    const flags = ["--dataset", "line_by_line", "--dataset-path", "lines.txt", "--number", "7", "--max-tokens", "5"];
    const { folder } = await workspace.run("--url", mock.url, ...flags);
    const sent = bodies(workspace.join(folder));
    const wanted = [user("plain text"), messages, user("raw")];
    expect(sent.map((request) => request.messages)).toEqual([...wanted, ...wanted, wanted[0]!]);
    expect(sent[2]).toMatchObject({ temperature: 1, max_tokens: 3, model: "mock", stream: true });
    expect(sent[1]).toMatchObject({ temperature: 0, max_tokens: 5 });
  });

  test("random: prompts of exactly --input-len tokens, each another; without a salt the same for the same seed", async () => {
    using workspace = new Workspace();
    const texts = async (...seed: string[]) => {
      const url = `${mock.url}/completions`;
      const flags = ["--dataset", "random", "--input-len", "37", "--number", "4", "--no-cache-bust", ...seed];
      const { folder } = await workspace.run("--url", url, ...flags);
      return bodies(workspace.join(folder)).map(({ prompt }) => prompt);
    };
    const first = await texts();
    expect(first.map((text) => countTokens(text))).toEqual([37, 37, 37, 37]);
    expect(new Set(first).size).toBe(4);
    expect(await texts()).toEqual(first);
    expect(await texts("--seed", "1")).not.toEqual(first);
  });

  test("openqa is the default and takes a file of one's own", async () => {
    using workspace = new Workspace();
    const builtIn = await workspace.run("--url", mock.url, "--number", "12");
    const texts = bodies(workspace.join(builtIn.folder)).map(({ messages }) => JSON.stringify(messages));
    expect(new Set(texts).size).toBe(12);
    writeFileSync(workspace.join("qa.jsonl"), '{"question":"one?","answer":1}\n\n{"question":"二？"}\n');
    const own = await workspace.run("--url", mock.url, "--dataset", "openqa", "--dataset-path", "qa.jsonl", "-n", "2");
    expect(bodies(workspace.join(own.folder)).map(({ messages }) => messages)).toEqual([user("one?"), user("二？")]);
  });

  test("--min-prompt-length and --max-prompt-length leave prompts out", async () => {
    using workspace = new Workspace();
    writeFileSync(workspace.join("lines.txt"), "1\n22\n333\n4444\n55555\n");
    const bounds = ["--min-prompt-length", "2", "--max-prompt-length", "4"];
    const flags = ["--dataset", "line_by_line", "--dataset-path", "lines.txt", "--number", "3", ...bounds];
    const { folder } = await workspace.run("--url", mock.url, ...flags);
    const sent = bodies(workspace.join(folder)).map(({ messages }) => messages);
    expect(sent).toEqual(["22", "333", "4444"].map(user));
  });

  test("--max-tokens 5 9 draws for each request, and the server obeys", async () => {
    using workspace = new Workspace();
    const flags = ["--max-tokens", "5", "9", "--ignore-eos", "--number", "24", "--parallel", "8"];
    const { folder } = await workspace.run("--url", mock.url, ...flags);
    const rows = results(workspace.join(folder));
    const asked = rows.map((row) => (JSON.parse(row.request!) as { max_tokens: number }).max_tokens);
    expect(Math.min(...asked)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...asked)).toBeLessThanOrEqual(9);
    expect(new Set(asked).size).toBeGreaterThan(2);
    expect(rows.map((row) => row.completion_tokens)).toEqual(asked);
    expect(rows.every((row) => row.finish_reason === "length")).toBe(true);
  });
});
