import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { eventually } from "./eventually.ts";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { groupOf, HAS_PROC } from "./processes.ts";
import { HAS_SQLITE3, sqlite3 } from "./record.ts";

const KILLS = 50;
const AT_ONCE = 3;
const SEED = 20_260_304;
/** What may be lost: what finished within the last second. */
const LOSS_MS = 1000;
const POLL_MS = 40;

/** What the server had answered in whole by a moment of `performance.now()`. */
interface Answered {
  atMs: number;
  count: number;
}

interface Death {
  /** Milliseconds from its start to its end. */
  afterMs: number;
  /** It had ended by itself. */
  ended: boolean;
  /** The server's own count of what was answered a second before, and at the last look. */
  due: number;
  answered: number;
  /** Successes in the file; null: there was no file yet. */
  recorded: number | null;
  /** How long before its death the server had answered no more than is recorded. */
  lostMs: number;
}

/** mulberry32: the same kills each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The server's own count, looked at until `stop` is aborted. */
async function watch(mock: Mock, stop: AbortSignal): Promise<Answered[]> {
  const seen: Answered[] = [];
  while (!stop.aborted) {
    const { finished } = await mock.stats();
    seen.push({ atMs: performance.now(), count: finished });
    await Bun.sleep(POLL_MS);
  }
  return seen;
}

/**
 * How long a busy machine held the looks up: the engine and the main process may each be held up as long, on the way
 * from a reply to its commit. A few milliseconds where there is a core to spare.
 */
function heldUpMs(seen: Answered[]): number {
  const waits = seen.map(({ atMs }, k) => (k === 0 ? 0 : atMs - seen[k - 1]!.atMs - POLL_MS));
  return Math.min(LOSS_MS, 2 * Math.max(0, ...waits));
}

/** A sound file, asked by the ordinary sqlite3; returns its successes. A file that is empty yet holds none. */
function recordedIn(database: string): number {
  expect(sqlite3(database, "PRAGMA integrity_check")).toBe("ok\n");
  if (sqlite3(database, "SELECT count(*) FROM sqlite_master WHERE name = 'outcome'") === "0\n") return 0;
  const broken = "SELECT count(*) FROM result WHERE NOT json_valid(response_messages) OR NOT json_valid(event_times)";
  expect(sqlite3(database, broken)).toBe("0\n");
  using db = new Database(database, { readonly: true });
  const sql = "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM result WHERE success = 1";
  const counted = db.query<{ n: number; ids: number }, []>(sql).get()!;
  expect(counted.ids).toBe(counted.n);
  return counted.n;
}

/** A run that is killed, and what its file holds. */
async function kill(mock: Mock, number: number, afterMs: number): Promise<Death> {
  await mock.reset();
  using workspace = new Workspace();
  const load = ["--parallel", "8", "--number", String(number), "--no-test-connection", "--model", "mock"];
  const startMs = performance.now();
  const run = workspace.start(["run", "--url", mock.url, ...load]);
  const dead = new AbortController();
  const watched = watch(mock, dead.signal);
  await Bun.sleep(afterMs);
  const ended = !run.running;
  const killedMs = performance.now();
  if (!ended) run.signal("SIGKILL");
  dead.abort();
  const seen = await watched;
  await eventually("the engines' end", () => groupOf(run.pid).length === 0);
  const countAt = (ms: number) => seen.filter(({ atMs }) => atMs <= ms).at(-1)?.count ?? 0;
  const [folder] = workspace.runs();
  const recorded = folder === undefined ? null : recordedIn(workspace.join(folder, "benchmark_data.db"));
  const safeMs = seen.findLast(({ count }) => count <= (recorded ?? 0))?.atMs ?? startMs;
  return {
    afterMs: killedMs - startMs,
    ended,
    due: countAt(killedMs - LOSS_MS - heldUpMs(seen)),
    answered: countAt(killedMs),
    recorded,
    lostMs: Math.max(0, killedMs - safeMs),
  };
}

/** Every other run is short: it may be killed while it writes its last rows, indexes and report, or be over. */
async function lane(random: () => number, deaths: Death[]): Promise<void> {
  using mock = await Mock.start("--ttft", "20", "--itl", "2", "--tokens", "10");
  while (deaths.length < KILLS) {
    const place = deaths.push({ afterMs: 0, ended: false, due: 0, answered: 0, recorded: null, lostMs: 0 }) - 1;
    deaths[place] = await kill(mock, place % 2 === 0 ? 200 : 1_000_000, 200 + random() * 2800);
  }
}

describe.skipIf(!HAS_PROC || !HAS_SQLITE3)("kill -9 of the main process at any moment", () => {
  test(`${KILLS} times: the file is sound and holds what had finished a second before`, async () => {
    const random = seeded(SEED);
    const deaths: Death[] = [];
    await Promise.all(Array.from({ length: AT_ONCE }, () => lane(random, deaths)));
    expect(deaths).toHaveLength(KILLS);
    const lacking = deaths.filter(({ due, recorded }) => (recorded ?? 0) < due);
    expect(lacking).toEqual([]);
    // The kills met runs in every state, and a file that held something.
    expect(deaths.filter(({ due, ended }) => due > 0 && !ended).length).toBeGreaterThan(KILLS / 5);
    report(deaths);
  }, 120_000);
});

/** The figures, for whoever runs this test to have them. */
function report(deaths: Death[]): void {
  if (process.env.PLUMB_FIGURES === undefined) return;
  const sum = (of: (death: Death) => number) => deaths.reduce((total, death) => total + of(death), 0);
  const living = deaths.filter(({ ended }) => !ended);
  process.stderr.write(
    `${deaths.length} kills, ${deaths.length - living.length} after the run's own end, ` +
      `${living.filter(({ recorded }) => recorded === null).length} before there was a file; ` +
      `${sum(({ due }) => due)} replies had ended a second before, ${sum(({ answered }) => answered)} at the kill, ` +
      `${sum(({ recorded }) => recorded ?? 0)} recorded; ` +
      `the most that was lost is the last ${Math.round(Math.max(...living.map(({ lostMs }) => lostMs)))} ms\n`,
  );
}
