import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { results, summaryOf } from "./record.ts";

const mock = await Mock.start(
  "--ttft",
  "20",
  "--itl",
  "2",
  "--tokens",
  "5-9",
  "--reasoning",
  "2",
  "--api-key",
  "k-0123456",
);
afterAll(() => mock[Symbol.dispose]());
beforeEach(() => mock.reset());

const ROOT = mock.url.replace("/v1", "");
const COMMON = ["--model", "mock", "--parallel", "2", "--number", "8", "--api-key", "k-0123456", "--max-tokens", "100"];
/** The connection test's request is not recorded, but the server counts it. */
const LOAD = [...COMMON, "--no-test-connection"];

const GENERATING = [
  ["openai", "/v1/chat/completions", []],
  ["openai_responses", "/v1/responses", []],
  ["anthropic", "/v1/messages", []],
  ["dashscope", "/api/v1/services/aigc/text-generation/generation", []],
  [
    "dashscope",
    "/api/v1/services/aigc/text-generation/generation",
    ["--extra-args", '{"parameters": {"incremental_output": false}}'],
  ],
  ["ollama", "/api/chat", []],
  ["ollama", "/api/generate", ["--no-apply-chat-template"]],
] as const;

describe.each(GENERATING)("--api %s at %s %p", (api, path, more) => {
  test.each(["--stream", "--no-stream"])("%s: tokens and times are the server's", async (stream) => {
    using workspace = new Workspace();
    const { folder } = await workspace.run("--url", ROOT, "--api", api, stream, ...LOAD, ...more);
    const server = await mock.stats();
    const { requests, tokens, ttft_ms, ttfa_ms, tpot_ms, throughput } = summaryOf(workspace.join(folder));
    expect(server).toMatchObject({ requests: 8, finished: 8, aborted: 0 });
    expect(requests).toMatchObject({ total: 8, success: 8, by_error: {} });
    expect(tokens).toMatchObject({ prompt: server.prompt_tokens, completion: server.completion_tokens });
    expect(tokens!.sources).toEqual({ usage: 8 });
    expect(throughput).toMatchObject({ items_per_s: null, input_tokens_per_s: null });
    if (stream === "--stream") {
      // The server tells its times to 1/8192, by the upper edge.
      expect(ttft_ms!.p50).toBeGreaterThan(server.server_ttft_ms.p50! - 0.1);
      expect(ttfa_ms!.p50).toBeGreaterThan(ttft_ms!.p50);
      expect(tpot_ms).not.toBeNull();
      expect(tokens!.per_chunk).toBe(1);
    } else expect({ ttft_ms, ttfa_ms, tpot_ms }).toEqual({ ttft_ms: null, ttfa_ms: null, tpot_ms: null });
    for (const row of results(workspace.join(folder))) {
      expect(row).toMatchObject({ success: 1, endpoint: ROOT + path, is_stream: stream === "--stream" ? 1 : 0 });
      expect(row.output_text).toStartWith(" plumb line");
    }
  });
});

describe.each([
  ["embedding", "/v1/embeddings", 1, []],
  ["rerank", "/v1/rerank", 2, ["--extra-args", '{"documents": ["a mason", "a wall and a line"]}']],
] as const)("--api %s", (api, path, items, more) => {
  test("items and input tokens, and no time of a token", async () => {
    using workspace = new Workspace();
    const { folder, out } = await workspace.run("--url", ROOT, "--api", api, ...LOAD, ...more);
    const server = await mock.stats();
    const summary = summaryOf(workspace.join(folder));
    expect(summary.requests).toMatchObject({ total: 8, success: 8, by_error: {} });
    expect(summary.tokens).toMatchObject({ prompt: server.prompt_tokens, completion: 0, sources: { usage: 8 } });
    const { ttft_ms, tpot_ms, itl_ms, chunk_gap_ms, completion_tokens, latency_ms, throughput } = summary;
    expect([ttft_ms, tpot_ms, itl_ms, chunk_gap_ms, completion_tokens]).toEqual([null, null, null, null, null]);
    expect(latency_ms!.p50).toBeGreaterThan(server.server_latency_ms.p50! - 0.1);
    expect(throughput!.items_per_s).toBeCloseTo(throughput!.requests_per_s! * items, 6);
    expect(throughput!.input_tokens_per_s).toBeCloseTo(throughput!.total_tokens_per_s!, 6);
    expect(throughput!.output_tokens_per_s).toBeNull();
    expect(out).toMatch(/items\/s/);
    // What the verdict says of a busy machine is no figure of these requests.
    expect(out.replace(/^ {2}verdict.*(?:\n {4}.*)*/m, "")).not.toMatch(/TTFT|TPOT|completion/);
    const rows = results(workspace.join(folder));
    for (const row of rows) {
      expect(row).toMatchObject({ success: 1, is_stream: 0, items, completion_tokens: null, endpoint: ROOT + path });
    }
  });
});

test("the connection test speaks every API, and a wrong key is told", async () => {
  using workspace = new Workspace();
  for (const api of ["responses", "anthropic", "dashscope", "ollama", "embedding", "rerank"]) {
    const documents = api === "rerank" ? ["--extra-args", '{"documents": ["a"]}'] : [];
    await workspace.run("--url", ROOT, "--api", api, ...COMMON, ...documents, "--name", api);
    const wrong = ["--url", ROOT, "--api", api, "--model", "mock", "--api-key", "not-the-key", ...documents];
    const { code, err } = await workspace.plumb(["run", ...wrong]);
    expect(code).toBe(1);
    expect(err).toContain("refused the key");
  }
});
