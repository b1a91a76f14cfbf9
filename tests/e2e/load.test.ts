import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { type ArrivalPattern, arrivalTimes } from "../../src/load/arrival-times.ts";
import { RateCurve, type RateSegment } from "../../src/load/rate-curve.ts";
import { stageSeed } from "../../src/load/stages.ts";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { summaryOf } from "./record.ts";

setDefaultTimeout(60_000);

interface Sending {
  phase: string;
  level: number;
  engine: number;
  scheduled: number;
  released: number | null;
  sent: number | null;
  completed: number | null;
  error_kind: string | null;
}

/** Every row in the order of its time; times by the clock of main, in seconds. */
function sendings(folder: string): Sending[] {
  using db = new Database(`${folder}/benchmark_data.db`, { readonly: true });
  return db
    .query<Sending, []>(
      `SELECT phase, level, o.engine AS engine, scheduled_time - clock_offset_ms / 1000 AS scheduled,
         released_time - clock_offset_ms / 1000 AS released, sent_time - clock_offset_ms / 1000 AS sent,
         completed_time - clock_offset_ms / 1000 AS completed, error_kind
       FROM outcome o JOIN engine e ON e.engine = o.engine ORDER BY scheduled`,
    )
    .all();
}

function levelsOf(folder: string) {
  using db = new Database(`${folder}/benchmark_data.db`, { readonly: true });
  return db.query("SELECT parallel, rate, number, duration_s, ramp_s FROM level ORDER BY level").all();
}

const offsets = (times: number[]): number[] => times.map((time) => time - times[0]!);

/** As every engine draws them. */
function drawn(pattern: ArrivalPattern, course: RateSegment[], untilS: number, level = 0, seed = 0): number[] {
  const times: number[] = [];
  const own = stageSeed(seed, { level, repeat: 0, phase: "measure" });
  for (const time of arrivalTimes(pattern, new RateCurve(course), own)) {
    if (time >= untilS) return times;
    times.push(time);
  }
  return times;
}

function quantile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1]!;
}

function expectTimes(rows: Sending[], times: number[], within = 2e-6): void {
  expect(rows).toHaveLength(times.length);
  const expected = offsets(times);
  for (const [k, offset] of offsets(rows.map(({ scheduled }) => scheduled)).entries()) {
    expect(Math.abs(offset - expected[k]!)).toBeLessThan(within);
  }
}

const flat = (rate: number): RateSegment[] => [{ from: rate, to: rate, overS: null }];

test("--rate sends at the drawn times, whatever is in flight; the same with four engines", async () => {
  using mock = await Mock.start("--ttft", "300", "--itl", "1");
  using workspace = new Workspace();
  const load = ["--url", mock.url, "--model", "m", "--prompt", "hi", "--max-tokens", "4"];
  const times = drawn({ kind: "poisson" }, flat(100), 3, 0, 7);
  for (const engines of ["1", "4"]) {
    const { folder } = await workspace.run(
      ...load,
      "--rate",
      "100",
      "--duration",
      "3s",
      "--seed",
      "7",
      "--engines",
      engines,
    );
    const rows = sendings(workspace.join(folder));
    // Each engine's clock is known to a fraction of a millisecond.
    expectTimes(rows, times, engines === "1" ? 2e-6 : 2e-3);
    expect(new Set(rows.map(({ engine }) => engine)).size).toBe(Number(engines));
    expect(rows.every(({ error_kind }) => error_kind === null)).toBe(true);
    // Nothing is sent early, and not much late.
    const late = rows.map(({ scheduled, sent }) => sent! - scheduled);
    expect(Math.min(...late)).toBeGreaterThan(-1e-6);
    expect(quantile(late, 0.5)).toBeLessThan(0.02);
    expect(levelsOf(workspace.join(folder))).toEqual([
      { parallel: null, rate: 100, number: null, duration_s: 3, ramp_s: null },
    ]);
    const summary = summaryOf(workspace.join(folder));
    expect(summary.rate).toBe(100);
    expect(summary.latency_ms!.mean).toBeGreaterThan(summary.latency_from_sent_ms!.mean);
  }
});

test("a course, gamma gaps, a count; levels in pairs with their own draws", async () => {
  using mock = await Mock.start("--ttft", "5", "--itl", "1");
  using workspace = new Workspace();
  const target = ["--url", mock.url, "--model", "m", "--prompt", "hi", "--max-tokens", "2"];
  const { folder } = await workspace.run(
    ...[...target, "--rate", "0-100:1s", "20:500ms+80:500ms", "--burstiness", "0.4"],
  );
  const rows = sendings(workspace.join(folder));
  const gamma: ArrivalPattern = { kind: "gamma", shape: 0.4 };
  const first = drawn(gamma, [{ from: 0, to: 100, overS: 1 }], 1);
  const steps = [20, 80].map((rate) => ({ from: rate, to: rate, overS: 0.5 }));
  expectTimes(
    rows.filter(({ level }) => level === 0),
    first,
  );
  expectTimes(
    rows.filter(({ level }) => level === 1),
    drawn(gamma, steps, 1, 1),
  );
  expect(levelsOf(workspace.join(folder))).toEqual([
    { parallel: null, rate: 100, number: null, duration_s: 1, ramp_s: 1 },
    { parallel: null, rate: 80, number: null, duration_s: 1, ramp_s: 0.5 },
  ]);
  const counted = await workspace.run(...target, "--rate", "200", "--arrival", "constant", "--number", "50");
  expectTimes(
    sendings(workspace.join(counted.folder)),
    Array.from({ length: 50 }, (_, k) => k / 200),
  );
});

test("--schedule sends at the times of a file", async () => {
  using mock = await Mock.start("--ttft", "5", "--itl", "1");
  using workspace = new Workspace();
  const times = [0, 0, 0.05, 0.3, 0.31, 0.8];
  writeFileSync(workspace.join("times.txt"), `# a burst\n${times.join("\n")}\n`);
  const load = ["--url", mock.url, "--model", "m", "--prompt", "hi", "--schedule", "times.txt"];
  const { folder } = await workspace.run(...load);
  expectTimes(sendings(workspace.join(folder)), times);
  const fewer = await workspace.run(...load, "--number", "4");
  expectTimes(sendings(workspace.join(fewer.folder)), times.slice(0, 4));
});

test("bounded by --parallel: late ones wait first come first served, and their wait is told apart", async () => {
  using mock = await Mock.start("--ttft", "200", "--itl", "0");
  using workspace = new Workspace();
  const load = ["--url", mock.url, "--model", "m", "--prompt", "hi", "--max-tokens", "1"];
  const { folder } = await workspace.run(
    ...[...load, "--rate", "50", "--arrival", "constant", "--parallel", "4", "--number", "30"],
  );
  const rows = sendings(workspace.join(folder));
  expectTimes(
    rows,
    Array.from({ length: 30 }, (_, k) => k / 50),
  );
  const sent = rows.map((row) => row.sent!);
  expect(sent).toEqual(sent.toSorted((a, b) => a - b));
  for (const { sent: at } of rows) {
    const inFlight = rows.filter((row) => row.sent! < at! && row.completed! > at! + 1e-3).length;
    expect(inFlight).toBeLessThanOrEqual(4);
  }
  // Four at once of 0.2 s each are 20 a second: the last of 30 waits for about a second.
  const { wait_ms, client_lag_ms } = summaryOf(workspace.join(folder));
  expect(wait_ms!.max).toBeGreaterThan(600);
  expect(client_lag_ms!.p50).toBeLessThan(50);
});

test("a service that stands still shows in the latency from the scheduled time, as long as it stood", async () => {
  using mock = await Mock.start("--ttft", "20", "--itl", "0");
  using workspace = new Workspace();
  const load = ["--url", mock.url, "--model", "m", "--prompt", "hi", "--max-tokens", "1"];
  const running = workspace.run(
    ...[...load, "--rate", "100", "--arrival", "constant", "--duration", "6s", "--no-test-connection"],
  );
  await Bun.sleep(3000);
  mock.process.signal("SIGSTOP");
  const from = Date.now() / 1000;
  await Bun.sleep(1000);
  const to = Date.now() / 1000;
  mock.process.signal("SIGCONT");
  const { folder } = await running;
  const rows = sendings(workspace.join(folder));
  expect(rows.length).toBe(600);
  const expected = rows.map(({ scheduled }) => (scheduled > from && scheduled < to ? to - scheduled + 0.02 : 0.02));
  const { latency_ms } = summaryOf(workspace.join(folder));
  const p99 = 1000 * quantile(expected, 0.99);
  expect(p99).toBeGreaterThan(900);
  expect(Math.abs(latency_ms!.p99 - p99) / p99).toBeLessThan(0.1);
});

test("--ramp opens the slots evenly, whichever engine has them", async () => {
  using mock = await Mock.start("--ttft", "100", "--itl", "0");
  using workspace = new Workspace();
  const load = ["--url", mock.url, "--model", "m", "--prompt", "hi", "--max-tokens", "1", "--engines", "2"];
  const { folder } = await workspace.run(...load, "--parallel", "10", "--ramp", "2s", "--duration", "3s");
  const rows = sendings(workspace.join(folder));
  const start = rows[0]!.sent!;
  for (const at of [0.5, 1, 1.5]) {
    const inFlight = rows.filter(({ sent, completed }) => sent! <= start + at && completed! > start + at).length;
    expect(Math.abs(inFlight - 5 * at)).toBeLessThanOrEqual(2);
  }
  expect(levelsOf(workspace.join(folder))).toEqual([
    { parallel: 10, rate: null, number: null, duration_s: 3, ramp_s: 2 },
  ]);
});
