import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { summarise } from "../../src/metrics/summary.ts";
import type { RecordedRequest } from "../../src/record/outcome.ts";
import { openRun } from "../../src/record/reader.ts";
import { asEvalscope, evalscopeTotals } from "../../src/report/as/evalscope.ts";
import { writeEvalscopeFiles } from "../../src/report/as/evalscope-files.ts";
import { pickled } from "../../src/report/as/pickle.ts";
import { pythonRound } from "../../src/report/as/python-number.ts";
import { renderForeign } from "../../src/report/as/render-foreign.ts";
import { levelRow, recordRun, request, temporaryFolder } from "./record-fixture.ts";

const content = (text: string) => ({
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: { content: text } }],
});
const usage = (prompt: number, completion: number) => ({
  choices: [],
  usage: { prompt_tokens: prompt, completion_tokens: completion },
});

/** Sent `at` seconds after the start; events with their microseconds from then. */
function reply(
  id: number,
  at: number,
  events: [micros: number, event: unknown][],
  change: Partial<RecordedRequest["outcome"]> = {},
) {
  const times = events.map(([micros]) => micros);
  const responseMessages = JSON.stringify(events.map(([, event]) => event));
  return request({ id, at, times, payload: { responseMessages, request: '{"stream": true}' }, ...change });
}

/** A role, two words 20 ms apart, an empty finish, then usage 30 ms later, and the terminator. */
const PLAIN: [number, unknown][] = [
  [40_000, content("")],
  [50_000, content("a")],
  [70_000, content("b")],
  [80_000, content("")],
  [110_000, usage(7, 3)],
  [110_000, "[DONE]"],
];

function levelOf(requests: RecordedRequest[], check: (folder: ReturnType<typeof temporaryFolder>) => void) {
  using folder = temporaryFolder();
  recordRun(folder.file, { requests, levels: [levelRow({ endTime: 1_760_000_100 })] });
  check(folder);
}

function totalsOf(requests: RecordedRequest[]) {
  let figures: ReturnType<ReturnType<typeof evalscopeTotals>["figures"]> | undefined;
  levelOf(requests, ({ file }) => {
    using reader = openRun(file);
    figures = evalscopeTotals(reader, reader.levels()[0]!).figures();
  });
  return figures!;
}

test("TTFT to the first text, TPOT to the usage event, gaps between chunks with output", () => {
  const figures = totalsOf([reply(1, 0, PLAIN), reply(2, 1, PLAIN)]);
  expect(figures).toMatchObject({ total: 2, success: 2, streams: 2, promptTokens: 7, completionTokens: 3 });
  expect(figures.ttftMs).toBeCloseTo(50);
  expect(figures.tpotMs).toBeCloseTo((110 - 50) / 2);
  expect(figures.itlMs).toBeCloseTo(20);
  expect(figures.latencyS).toBeCloseTo(0.11);
  expect(figures.durationS).toBeCloseTo(1.11, 5);
  expect(figures.outputTokensPerS).toBeCloseTo(6 / 1.11, 4);
  // 2 of 3 tokens' gaps in 2 of 3 chunks' gaps: nothing that looks like speculation
  expect(figures.tokensPerIteration).toBeNull();
});

test("a stream that was cut after whole framing is a success there, one with an error in it is none, a reset neither", () => {
  const cut = reply(1, 0, PLAIN, { ending: { ok: false, kind: "truncated", message: "no end" } });
  const told = reply(
    2,
    0,
    [
      [50_000, content("a")],
      [60_000, { error: { message: "no" } }],
    ],
    {
      ending: { ok: false, kind: "stream_error", message: "no" },
    },
  );
  const reset = reply(3, 0, PLAIN, { ending: { ok: false, kind: "reset", message: "gone" } });
  const refused = reply(4, 0, [[5000, { error: "busy" }]], {
    ...{ status: 503, isStream: false, ending: { ok: false, kind: "http_5xx", message: "503" } as const },
  });
  expect(totalsOf([cut, told, reset, refused])).toMatchObject({ total: 4, success: 1, streams: 4 });
});

test("tool calls, reasoning and plain completions are output; other choices are not", () => {
  const first = (event: object) =>
    totalsOf([
      reply(1, 0, [
        [10_000, event],
        [20_000, content("x")],
        [30_000, usage(1, 2)],
      ]),
    ]).ttftMs;
  const delta = (fields: object, index = 0) => ({ choices: [{ index, delta: fields }] });
  expect(first(delta({ tool_calls: [{ function: { name: "f" } }] }))).toBeCloseTo(10);
  expect(first(delta({ reasoning_content: "hm" }))).toBeCloseTo(10);
  expect(first(delta({ reasoning_details: [{ text: "hm" }] }))).toBeCloseTo(10);
  expect(first({ object: "text_completion", choices: [{ text: "x" }] })).toBeCloseTo(10);
  expect(first(delta({ tool_calls: [{ function: {} }] }))).toBeCloseTo(20);
  expect(first({ choices: [{ delta: {} }, { delta: { content: "second choice" } }] })).toBeCloseTo(20);
});

test("what is not streamed: latency for first chunk, and no stream figure where there are streams", () => {
  const whole = reply(2, 0, [[90_000, { ...usage(7, 3), choices: [{ message: { content: "ab" } }] }]], {
    isStream: false,
  });
  const mixed = totalsOf([reply(1, 0, PLAIN), whole]);
  expect(mixed.ttftMs).toBeCloseTo(50);
  expect(mixed.latencyS).toBeCloseTo(0.1);
  expect(totalsOf([whole]).ttftMs).toBeCloseTo(90);
});

test("conversations: turns, TTFT of the first and later turns, a silent service's cache taken for full", () => {
  const turn = (id: number, n: number, prompt: number) =>
    reply(
      id,
      n,
      [
        [(n + 1) * 10_000, content("a")],
        [200_000, usage(prompt, 5)],
      ],
      { conversationId: "c", turn: n, turns: 2 },
    );
  const figures = totalsOf([turn(1, 0, 10), turn(2, 1, 20)]);
  expect(figures).toMatchObject({ turns: 1.5, cachedPercent: 50 });
  expect(figures.firstTurnTtftMs).toBeCloseTo(10);
  expect(figures.laterTurnTtftMs).toBeCloseTo(20);
});

test("a run without events cannot be read by another's definitions", () => {
  const bare = request({ id: 1, at: 0, payload: { responseMessages: null } });
  expect(() => totalsOf([bare])).toThrow(/recorded without its events/);
});

test("the files: keys, folder, percentiles by nearest rank, a database with pickled chunks; twice is once", () => {
  levelOf([reply(1, 0, PLAIN), reply(2, 1, PLAIN)], ({ file, path }) => {
    using reader = openRun(file);
    const level = reader.levels()[0]!;
    const totals = evalscopeTotals(reader, level);
    writeEvalscopeFiles(join(path, "es"), reader, level, totals);
    const folder = writeEvalscopeFiles(join(path, "es"), reader, level, totals);
    expect(folder).toBe(join(path, "es", "parallel_4_number_40"));
    const json = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
    expect(json("benchmark_summary.json")).toMatchObject({
      ...{ Concurrency: 4, "Request Rate (req/s)": -1, "Total Requests": 2, "Success Requests": 2 },
      ...{ "Avg TTFT (ms)": 50, "Avg TPOT (ms)": 30, "Avg ITL (ms)": 20, "Avg Latency (s)": 0.11 },
    });
    const percentiles = json("benchmark_percentile.json");
    expect(percentiles.map((row: Record<string, unknown>) => row.Percentiles)).toEqual([
      "min",
      "1%",
      "5%",
      "10%",
      "25%",
      "50%",
      "75%",
      "90%",
      "95%",
      "99%",
      "max",
    ]);
    expect(percentiles[5]).toMatchObject({ "TTFT (ms)": 50, "TPOT (ms)": 30, "Output tokens": 3 });
    expect(json("benchmark_args.json")).toMatchObject({ model: "test-model", parallel: 4, number: 40 });
    using db = new Database(join(folder, "benchmark_data.db"), { readonly: true });
    const rows = db
      .query<{ n: number; kept: string }, []>("SELECT count(*) AS n, min(response_messages) AS kept FROM result")
      .get();
    expect(rows?.n).toBe(2);
    expect(Buffer.from(rows!.kept, "base64").subarray(0, 2)).toEqual(Buffer.from([0x80, 2]));
    expect(existsSync(join(folder, "benchmark_data.db"))).toBe(true);
  });
});

test("beside plumb's own figures", () => {
  levelOf([reply(1, 0, PLAIN)], ({ file }) => {
    using reader = openRun(file);
    const summary = summarise(reader);
    const level = asEvalscope(evalscopeTotals(reader, reader.levels()[0]!), summary.levels[0]!, false);
    const text = renderForeign(level, 100);
    expect(text).toContain("By the definitions of evalscope perf 1.14.1, 4 at once");
    expect(text).toMatch(/Avg TTFT \(ms\) +50\.0 +40\.0 +\+25\.00%/);
    expect(text.split("\n").every((line) => line.length <= 100)).toBe(true);
  });
});

test("Python's rounding: halves to the even digit, as its own round() gives", () => {
  const known: [number, number, number][] = [
    [0.125, 2, 0.12],
    [0.375, 2, 0.38],
    [2.675, 2, 2.67],
    [1.00005, 4, 1.0001],
    [-0.125, 2, -0.12],
    [10, 4, 10],
    [0, 2, 0],
    [0.03125, 4, 0.0312],
  ];
  for (const [value, digits, rounded] of known) expect(pythonRound(value, digits)).toBe(rounded);
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
      expect(Math.abs(pythonRound(value, 4) - value)).toBeLessThanOrEqual(0.5e-4 + 1e-9);
    }),
  );
});

test("the pickle is what Python's own unpickler reads", () => {
  const value = [{ a: 1, b: [null, true, false, -5, 2 ** 40, 1.5, "é\u0000😀"] }, {}, []];
  const python = Bun.which("python3");
  if (python === null) return;
  const { stdout } = Bun.spawnSync(
    [python, "-c", "import sys,pickle,json;print(json.dumps(pickle.load(sys.stdin.buffer)))"],
    {
      stdin: pickled(value),
    },
  );
  expect(JSON.parse(stdout.toString())).toEqual(value);
});
