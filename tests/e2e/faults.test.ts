import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { FAULT_NAMES, FAULTS, type FaultName } from "../../src/mock/faults.ts";
import type { StatsReport } from "../../src/mock/stats.ts";
import type { ErrorKind } from "../../src/record/outcome.ts";
import { eventually } from "./eventually.ts";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { ask, type ResultRow, results, summaryOf } from "./record.ts";

/** What each fault is to be recorded as, by the rules in docs/metrics.md: asked for a stream, and for one reply. */
const EXPECTED: Record<FaultName, [stream: ErrorKind | "success", whole: ErrorKind | "success"]> = {
  reset: ["reset", "reset"],
  "reset-early": ["reset", "reset"],
  close: ["reset", "reset"],
  stall: ["timeout_idle", "timeout_idle"],
  "stall-headers": ["timeout_idle", "timeout_idle"],
  "length-mismatch": ["reset", "reset"],
  "bad-chunk": ["protocol", "protocol"],
  "not-http": ["protocol", "protocol"],
  cut: ["malformed", "malformed"],
  truncated: ["truncated", "malformed"],
  "error-event": ["stream_error", "stream_error"],
  malformed: ["malformed", "malformed"],
  "bad-utf8": ["decode", "decode"],
  empty: ["empty", "empty"],
  comments: ["empty", "malformed"],
  html: ["wrong_content_type", "wrong_content_type"],
  "bad-gzip": ["decode", "decode"],
  "http-400": ["http_4xx", "http_4xx"],
  "http-401": ["http_4xx", "http_4xx"],
  "http-404": ["http_4xx", "http_4xx"],
  "http-429": ["rate_limited", "rate_limited"],
  "http-500": ["http_5xx", "http_5xx"],
  "http-503": ["http_5xx", "http_5xx"],
  redirect: ["redirect", "redirect"],
  large: ["too_large", "too_large"],
  linger: ["success", "success"],
  gzip: ["success", "success"],
  "split-utf8": ["success", "success"],
  "one-byte": ["success", "success"],
  bom: ["success", "success"],
  crlf: ["success", "success"],
  cr: ["success", "success"],
  trailers: ["success", "success"],
  "no-blank-line": ["success", "success"],
  "comment-first": ["success", "success"],
  "slow-headers": ["success", "success"],
};
/** Without an end of its own in one reply, so that such a reply stays whole. */
const STREAMS_ONLY: FaultName[] = ["linger", "no-blank-line", "slow-headers"];

const TRANSPORTS = ["fetch", ...(existsSync(`${import.meta.dir}/../../src/transport/socket.ts`) ? ["socket"] : [])];
const LOAD = ["--model", "mock", "--no-test-connection", "--read-timeout", "1", "--max-response-mb", "1"];

/** The mock's own count, by the kind that plumb is to give each fault. */
function truth({ faults, whole }: StatsReport, mode: 0 | 1): Record<string, number> {
  const counts: Record<string, number> = { success: whole };
  for (const name of FAULT_NAMES) {
    const kind = EXPECTED[name][mode];
    counts[kind] = (counts[kind] ?? 0) + (faults[name]?.met ?? 0);
  }
  return counts;
}

function recorded(folder: string): Record<string, number> {
  const sql = "SELECT coalesce(error_kind, 'success') AS kind, count(*) AS count FROM result GROUP BY 1";
  return Object.fromEntries(ask<{ kind: string; count: number }>(folder, sql).map(({ kind, count }) => [kind, count]));
}

/** Times that requests went out: some go once more when the connection they took turns out to be gone. */
function attempts(folder: string): number {
  return ask<{ sum: number }>(folder, "SELECT sum(attempts) AS sum FROM outcome")[0]!.sum;
}

const BREAKING = ["--ttft", "40", "--itl", "3", "--tokens", "12", "--seed", "5", "--fault", "all=0.027"];

/** A run against a server that breaks nearly everything: every fault in `names` is met, and counted alike on both sides. */
async function expectSameCounts(flags: string[], mode: 0 | 1, number: number, names: FaultName[]): Promise<void> {
  using mock = await Mock.start(...BREAKING);
  using workspace = new Workspace();
  const load = ["--url", mock.url.replace("/v1", ""), ...LOAD, "--parallel", "32", "--number", `${number}`];
  const { folder } = await workspace.run(...load, mode === 0 ? "--stream" : "--no-stream", ...flags);
  await eventually("the server to be done", async () => (await mock.stats()).in_flight === 0);
  const server = await mock.stats();
  const met = FAULT_NAMES.filter((name) => (server.faults[name]?.met ?? 0) > 0);
  expect(met).toEqual(names);
  for (const name of met) expect([name, server.faults[name]!.missed]).toEqual([name, 0]);
  const run = workspace.join(folder);
  // The server sees a second attempt as a request, the record as the same one: the first one was a reset.
  const again = attempts(run) - number;
  const counted = truth(server, mode);
  expect(recorded(run)).toEqual({ ...counted, reset: counted.reset! - again });
  const { total, success, by_error } = summaryOf(run).requests!;
  const told: Record<string, number> = { success, ...by_error };
  expect(told).toEqual(recorded(run));
  expect([total, server.requests]).toEqual([number, number + again]);
}

test("docs/reliability.md says the same of every fault", async () => {
  const page = await Bun.file(`${import.meta.dir}/../../docs/reliability.md`).text();
  for (const name of FAULT_NAMES) {
    const shown = EXPECTED[name].map((kind) => (kind === "success" ? kind : `\`${kind}\``));
    const whole = STREAMS_ONLY.includes(name) ? "(no such fault)" : shown[1];
    expect(page).toContain(`\n| \`${name}\` | ${FAULTS[name].help} | ${shown[0]} | ${whole} |\n`);
  }
});

describe.each(TRANSPORTS)("--transport %s", (transport) => {
  test("every fault at once: plumb's count is the server's, of streams", () =>
    expectSameCounts(["--transport", transport], 0, 500, FAULT_NAMES));

  test("every fault at once: plumb's count is the server's, of replies in one piece", () => {
    const names = FAULT_NAMES.filter((name) => !STREAMS_ONLY.includes(name));
    return expectSameCounts(["--transport", transport], 1, 500, names);
  });

  describe("partial progress", () => {
    let mock: Mock;
    beforeEach(async () => {
      mock ??= await Mock.start("--ttft", "150", "--itl", "60", "--tokens", "8", "--fault", "reset=1");
      await mock.reset();
    });
    afterAll(() => mock[Symbol.dispose]());

    test("of a stream that is reset in the middle all that arrived is kept", async () => {
      using workspace = new Workspace();
      const { folder } = await workspace.runInVain(
        "--url",
        mock.url,
        "--transport",
        transport,
        ...LOAD,
        "--number",
        "1",
      );
      const server = await mock.stats();
      const { chunks } = server.faults.reset!;
      expect(chunks).toBeGreaterThan(0);
      const row = results(workspace.join(folder))[0]! as ResultRow & { coalesced_chunks: number };
      expect(row).toMatchObject({ success: 0, error_kind: "reset", status: 200, chunks, finish_reason: null });
      expect(row.completion_tokens).toBeGreaterThan(0);
      const first = server.server_ttft_ms.p50! / 1000;
      expect(row.first_chunk_latency).toBeGreaterThan(first - 0.001);
      expect(row.first_chunk_latency).toBeLessThan(first + 0.1);
      // The reset came when the next chunk was due.
      expect(row.latency).toBeGreaterThan(row.first_chunk_latency! + chunks * 0.055);
      const messages = JSON.parse(row.response_messages!) as { choices: { delta: { content: string } }[] }[];
      const said = messages.map((message) => message.choices[0]!.delta.content);
      expect(said.filter((text) => text !== "")).toHaveLength(chunks);
      expect(row.output_text).toBe(said.join(""));
      expect(JSON.parse(row.event_times!)).toHaveLength(messages.length);
    });
  });

  test("a reset before the first byte of each reply is recorded as often as it happened", async () => {
    using mock = await Mock.start("--ttft", "0", "--fault", "reset-early=1");
    using workspace = new Workspace();
    const load = ["--url", mock.url, "--transport", transport, ...LOAD, "--number", "20", "--engines", "1"];
    const { folder } = await workspace.runInVain(...load);
    const run = workspace.join(folder);
    expect(recorded(run)).toEqual({ reset: 20 });
    expect((await mock.stats()).faults["reset-early"]).toMatchObject({ met: attempts(run), missed: 0 });
  });
});

describe("every fault at once, streamed", () => {
  test.each(["responses", "anthropic", "dashscope"])("--api %s", (api) =>
    expectSameCounts(["--api", api], 0, 300, FAULT_NAMES),
  );

  test("--api ollama, whose lines cannot end with CR alone", () =>
    expectSameCounts(
      ["--api", "ollama"],
      0,
      300,
      FAULT_NAMES.filter((name) => name !== "cr"),
    ));
});
