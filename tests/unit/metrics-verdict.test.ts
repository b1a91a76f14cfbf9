import { expect, test } from "bun:test";
import { summarise } from "../../src/metrics/summary.ts";
import type { LevelSummary } from "../../src/metrics/summary-model.ts";
import { type ClientEvidence, clientSummary } from "../../src/metrics/verdict.ts";
import type { Connections } from "../../src/metrics/verdict-findings.ts";
import { openRun } from "../../src/record/reader.ts";
import type { SampleRow } from "../../src/record/rows.ts";
import { levelRow, recordRun, request, START, sampleRow, temporaryFolder } from "./record-fixture.ts";

const UNKNOWN: Connections = { opened: null, needed: null, requests: 0, ofEveryone: false, beyondFetch: false };
const ENGINES = { count: 1, inProcess: false, transport: "fetch" } as const;

function evidence(change: Partial<ClientEvidence>): ClientEvidence {
  return {
    levels: [{ ...levelRow(), firstId: 1, lastId: 2 }],
    summaries: [],
    samples: [],
    connections: UNKNOWN,
    engines: ENGINES,
    cores: 4,
    calibration: null,
    ...change,
  };
}

function lagging(lagsMs: number[], servedMs = 60, rate: number | null = null): LevelSummary[] {
  using folder = temporaryFolder();
  recordRun(folder.file, {
    levels: lagsMs.map((_, level) => levelRow({ level, rate })),
    requests: lagsMs.map((lag, level) =>
      request({
        id: level,
        at: level * 10,
        level,
        scheduledTime: START + level * 10 - lag / 1000,
        releasedTime: null,
        times: [1000, servedMs * 1000],
      }),
    ),
  });
  using reader = openRun(folder.file);
  return summarise(reader).levels;
}

const samplesOf = (change: Partial<SampleRow>, n = 10): SampleRow[] =>
  Array.from({ length: n }, (_, i) => sampleRow({ time: START + 1 + i, ...change }));

const found = (client: ReturnType<typeof clientSummary>, name: string) =>
  client.findings.find((finding) => finding.name === name);

test("nothing known is valid, and says that it is nothing", () => {
  expect(clientSummary(evidence({}))).toEqual({
    verdict: "valid",
    reasons: [],
    notes: [expect.stringContaining("too short to tell")],
    findings: [],
    cpu: null,
    loop_lag_ms: null,
    ttft_error_ms: null,
    connections_opened: null,
    connections_needed: null,
    evidence_s: 0,
    calibration: null,
  });
});

test.each([
  [{ stalls: "[3.0,4.5]" }, "valid"],
  [{ stalls: "[18.0]" }, "suspect"],
  [{ stalls: "[40.0]" }, "client-limited"],
  [{ stalls: null, loopLagMs: 4 }, "valid"],
  [{ stalls: null, loopLagMs: 30 }, "client-limited"],
  [{ coreWait: 0.09 }, "valid"],
  [{ coreWait: 0.2 }, "suspect"],
  [{ coreWait: 0.5 }, "client-limited"],
  [{ threadCpu: 0.79, cpu: 1.4 }, "valid"],
  [{ threadCpu: 0.81 }, "suspect"],
  [{ threadCpu: 0.96 }, "client-limited"],
  [{ threadCpu: null, cpu: 0.96 }, "client-limited"],
] as const)("an engine's samples of %p: %s", (change, verdict) => {
  const client = clientSummary(evidence({ samples: samplesOf(change) }));
  expect(client.verdict).toBe(verdict);
  expect(client.reasons).toHaveLength(verdict === "valid" ? 0 : 1);
  for (const reason of client.reasons)
    expect(reason).toMatch(/\d( ms| of a core|%) \(limit \d.*: .+\. Try --engines 2/);
});

test.each([
  [{ engine: -1, threadCpu: 0.97 }, "main_cpu", "suspect"],
  [{ engine: -1, steal: 0.1 }, "steal", "suspect"],
  [{ engine: -1, steal: 0.3 }, "steal", "client-limited"],
  [{ engine: -1, load: 12 }, "load", "suspect"],
  [{ engine: -1, load: 8 }, "load", "valid"],
] as const)("main's samples of %p: %s is %s", (change, name, verdict) => {
  const client = clientSummary(evidence({ samples: [...samplesOf(change), ...samplesOf({})] }));
  expect(found(client, name)?.verdict).toBe(verdict);
  expect(client.verdict).toBe(verdict);
});

test("a finding tells its figure, its limits, what it did and what to do", () => {
  const client = clientSummary(evidence({ samples: samplesOf({ stalls: "[40.0]" }) }));
  // 40 ms of each second are held: at 1% of the time an event waits for 30 ms or more, at 0.5% for 35.
  expect(found(client, "loop_lag")).toEqual({
    name: "loop_lag",
    verdict: "client-limited",
    value: expect.closeTo(30, 6) as never,
    unit: "ms",
    suspect: 5,
    limited: 25,
    level: 0,
    effect: "TTFT and latency p99 may be up to 75 ms too high",
    advice: "Try --engines 2, or --transport socket, or another machine",
  });
  expect(client.ttft_error_ms).toBeCloseTo(75, 6);
  expect(found(client, "engine_cpu")).toMatchObject({ verdict: "valid", effect: null, advice: null });
});

test("sockets of our own have one thread to wait for", () => {
  const engines = { ...ENGINES, transport: "socket" } as const;
  const client = clientSummary(evidence({ samples: samplesOf({ stalls: "[40.0]" }), engines }));
  expect(client.ttft_error_ms).toBeCloseTo(40, 6);
  expect(client.reasons[0]).not.toContain("--transport");
});

test.each([
  // In closed loop a slot that is late by a twentieth of a latency is not worth a word.
  [[9], 60, null, "valid"],
  [[18], 60, null, "suspect"],
  [[51], 60, null, "client-limited"],
  [[90], 2000, null, "valid"],
  [[110], 2000, null, "suspect"],
  [[510], 2000, null, "client-limited"],
  // In open loop it is part of every latency.
  [[9], 2000, 5, "valid"],
  [[18], 2000, 5, "suspect"],
  [[51], 2000, 5, "client-limited"],
] as const)("client lag of %p ms where a reply takes %d ms, rate %p: %s", (lags, served, rate, verdict) => {
  expect(clientSummary(evidence({ summaries: lagging([...lags], served, rate) })).verdict).toBe(verdict);
});

test("the worst level speaks, by its number from 1", () => {
  const client = clientSummary(evidence({ summaries: lagging([1, 80, 20]) }));
  expect(client.verdict).toBe("client-limited");
  expect(client.reasons).toEqual([expect.stringMatching(/^client_lag 80\.0 ms at level 2 \(limit 50\.0 ms\)/)]);
});

test("the worst verdict wins, and every reason is given, the worst one first", () => {
  const client = clientSummary(evidence({ summaries: lagging([20]), samples: samplesOf({ threadCpu: 0.99 }) }));
  expect(client.verdict).toBe("client-limited");
  expect(client.reasons).toEqual([expect.stringContaining("engine_cpu"), expect.stringContaining("client_lag")]);
});

test("what happens outside of levels proves nothing", () => {
  const samples = [
    sampleRow({ time: START - 5, threadCpu: 1, stalls: "[500]" }),
    sampleRow({ time: START + 200, threadCpu: 1, stalls: "[500]" }),
    ...samplesOf({ threadCpu: 0.1, stalls: "[2.0]" }),
  ];
  expect(clientSummary(evidence({ samples }))).toMatchObject({ verdict: "valid", loop_lag_ms: 0, evidence_s: 10 });
});

test("the busiest engine counts, not the mean of all", () => {
  const samples = [...samplesOf({ engine: 0, threadCpu: 0.1 }), ...samplesOf({ engine: 1, threadCpu: 0.99 })];
  const engines = { ...ENGINES, count: 2 };
  expect(clientSummary(evidence({ samples, engines })).reasons).toEqual([expect.stringMatching(/--engines 3/)]);
});

test.each([
  [{ count: 4 }, /--transport socket, or another machine/],
  [{ inProcess: true }, /Try another machine/],
  [{ count: 4, transport: "socket" }, /Try another machine/],
] as const)("of engines %p no further one is advised", (change, advice) => {
  const engines = { ...ENGINES, ...change };
  const [reason] = clientSummary(evidence({ samples: samplesOf({ threadCpu: 0.99 }), engines })).reasons;
  expect(reason).toMatch(advice);
  expect(reason).not.toMatch(/--engines/);
});

test("a lone slot needs no second engine", () => {
  const levels = [{ ...levelRow({ parallel: 1 }), firstId: 1, lastId: 2 }];
  const [reason] = clientSummary(evidence({ levels, samples: samplesOf({ coreWait: 0.9 }) })).reasons;
  expect(reason).not.toMatch(/--engines/);
  expect(reason).toContain("end what else runs here");
});

test("events read together are the client's doing only where its loop was late", () => {
  const summaries = lagging([0]).map((level) => ({ ...level, coalesced_share: 0.6 }));
  const inTime = clientSummary(evidence({ summaries, samples: samplesOf({}) }));
  expect(found(inTime, "coalesced")).toMatchObject({ verdict: "valid", suspect: null });
  const late = clientSummary(evidence({ summaries, samples: samplesOf({ stalls: "[30.0]" }) }));
  expect(found(late, "coalesced")).toMatchObject({ verdict: "suspect", value: 0.6 });
});

test.each([
  [{ opened: 700, needed: 500, requests: 1000, beyondFetch: true }, "suspect"],
  [{ opened: 550, needed: 500, requests: 1000, beyondFetch: true }, "valid"],
  // The service closed them: no fault of this machine.
  [{ opened: 700, needed: 500, requests: 1000, beyondFetch: false }, "valid"],
] as const)("connections %p: %s", (change, verdict) => {
  const client = clientSummary(evidence({ connections: { ...UNKNOWN, ofEveryone: true, ...change } }));
  expect(client).toMatchObject({ verdict, connections_opened: change.opened, connections_needed: 500 });
  if (verdict === "suspect")
    expect(client.reasons[0]).toMatch(/700 connections .* 500 would do, other programs' among/);
});

test("a short run says how little it proves; one in which nothing succeeded that it is about plumb alone", () => {
  const short = clientSummary(evidence({ samples: samplesOf({}, 1) }));
  expect(short).toMatchObject({ verdict: "valid", evidence_s: 1 });
  expect(short.notes).toEqual(["plumb watched itself for 1.0 s only: too short to tell much."]);
  const summaries = lagging([0]).map((level) => ({ ...level, requests: { ...level.requests, success: 0 } }));
  const vain = clientSummary(evidence({ summaries, samples: samplesOf({}) }));
  expect(vain.notes).toEqual([expect.stringContaining("No request succeeded")]);
});
