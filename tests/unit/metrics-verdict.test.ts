import { expect, test } from "bun:test";
import { summarise } from "../../src/metrics/summary.ts";
import type { LevelSummary } from "../../src/metrics/summary-model.ts";
import { type ClientEvidence, clientSummary } from "../../src/metrics/verdict.ts";
import { openRun } from "../../src/record/reader.ts";
import type { SampleRow } from "../../src/record/rows.ts";
import { levelRow, recordRun, request, START, sampleRow, temporaryFolder } from "./record-fixture.ts";

function evidence(change: Partial<ClientEvidence>): ClientEvidence {
  return {
    levels: [{ ...levelRow(), firstId: 1, lastId: 2 }],
    summaries: [],
    samples: [],
    connectionsOpened: null,
    engines: 1,
    cores: 4,
    ...change,
  };
}

function lagging(...p99s: number[]): LevelSummary[] {
  using folder = temporaryFolder();
  recordRun(folder.file, {
    levels: p99s.map((_, level) => levelRow({ level })),
    requests: p99s.map((p99, level) =>
      request({ id: level, at: level, level, scheduledTime: START + level - p99 / 1000, releasedTime: null }),
    ),
  });
  using reader = openRun(folder.file);
  return summarise(reader).levels;
}

const samplesOf = (change: Partial<SampleRow>, n = 10): SampleRow[] =>
  Array.from({ length: n }, (_, i) => sampleRow({ time: START + 1 + i, ...change }));

test("nothing known is valid, and null", () => {
  expect(clientSummary(evidence({}))).toEqual({
    verdict: "valid",
    reasons: [],
    cpu: null,
    loop_lag_ms: null,
    connections_opened: null,
  });
});

test.each([
  [{ loopLagMs: 30 }, "valid"],
  [{ loopLagMs: 34 }, "suspect"],
  [{ loopLagMs: 101 }, "client-limited"],
  [{ cpu: 0.79 }, "valid"],
  [{ cpu: 0.81 }, "suspect"],
  [{ cpu: 0.96 }, "client-limited"],
] as const)("samples of %p: %s", (change, verdict) => {
  const client = clientSummary(evidence({ samples: samplesOf(change) }));
  expect(client.verdict).toBe(verdict);
  expect(client.reasons).toHaveLength(verdict === "valid" ? 0 : 1);
  for (const reason of client.reasons) expect(reason).toMatch(/\d( ms| of a core).*limit.*--engines 2/);
});

test.each([
  [16, "valid"],
  [18, "suspect"],
  [51, "client-limited"],
] as const)("client lag of %d ms: %s", (lag, verdict) => {
  expect(clientSummary(evidence({ summaries: lagging(lag) })).verdict).toBe(verdict);
});

test("the worst level speaks, by its number from 1", () => {
  const client = clientSummary(evidence({ summaries: lagging(1, 80, 20) }));
  expect(client.verdict).toBe("client-limited");
  expect(client.reasons).toEqual([expect.stringMatching(/80\.0 ms late at p99 at level 2 \(limit 50 ms\)/)]);
});

test("the worst verdict wins, and every reason is given", () => {
  const client = clientSummary(evidence({ summaries: lagging(20), samples: samplesOf({ cpu: 0.99 }) }));
  expect(client.verdict).toBe("client-limited");
  expect(client.reasons).toHaveLength(2);
});

test("the main process, and engines outside of levels, prove nothing", () => {
  const samples = [
    ...samplesOf({ engine: -1, cpu: 1, loopLagMs: 500 }),
    sampleRow({ time: START - 5, cpu: 1, loopLagMs: 500 }),
    sampleRow({ time: START + 200, cpu: 1, loopLagMs: 500 }),
    ...samplesOf({ cpu: 0.1, loopLagMs: 2 }),
  ];
  expect(clientSummary(evidence({ samples }))).toMatchObject({ verdict: "valid", loop_lag_ms: 2 });
});

test("the busiest engine counts, not the mean of all", () => {
  const samples = [...samplesOf({ engine: 0, cpu: 0.1 }), ...samplesOf({ engine: 1, cpu: 0.99 })];
  expect(clientSummary(evidence({ samples, engines: 2 })).reasons).toEqual([expect.stringMatching(/--engines 3/)]);
});

test("with an engine a core there is no further one to advise", () => {
  const [reason] = clientSummary(evidence({ samples: samplesOf({ cpu: 0.99 }), engines: 4 })).reasons;
  expect(reason).toMatch(/larger machine/);
  expect(reason).not.toMatch(/--engines/);
});
