import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import fc from "fast-check";
import { differenceOf } from "../../src/engine/body-difference.ts";
import type { RecordedRequest } from "../../src/record/outcome.ts";
import { mixedRun, recordRun, request, temporaryFolder } from "./record-fixture.ts";

const KNOWN_NAMES = [
  "request",
  "response_messages",
  "start_time",
  "first_chunk_latency",
  "latency",
  "completed_time",
  "time_per_output_token",
  "inter_token_latencies",
  "prompt_tokens",
  "completion_tokens",
  "max_gpu_memory_cost",
  "is_stream",
  "success",
  "request_id",
];

test("the view has the names that other tools' users know first, then every other column once", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, mixedRun(10));
  using db = new Database(folder.file, { readonly: true });
  const columns = (table: string): string[] =>
    (db.query(`PRAGMA table_info(${table})`).all() as { name: string }[]).map(({ name }) => name);
  const view = columns("result");
  expect(view.slice(0, KNOWN_NAMES.length)).toEqual(KNOWN_NAMES);
  expect(new Set(view).size).toBe(view.length);
  const howKept = new Set(["previous", "request_shared", "request_tail", "request_end"]);
  const payload = columns("payload").filter((name) => !howKept.has(name));
  for (const name of [...columns("outcome"), ...payload]) expect(view).toContain(name);
});

test("the gaps of the view are those between events with output, in seconds", () => {
  const events = fc.array(fc.tuple(fc.nat(2_000_000), fc.nat(3)), { maxLength: 60 });
  using folder = temporaryFolder();
  const made = fc.sample(events, { numRuns: 60, seed: 5 });
  const runs = made.map((run) => run.toSorted(([a], [b]) => a - b));
  recordRun(folder.file, {
    requests: runs.map((run, id) =>
      request({ id, at: id, times: run.map(([time]) => time), tokens: run.map(([, tokens]) => tokens) }),
    ),
  });
  using db = new Database(folder.file, { readonly: true });
  const rows = db.query("SELECT id, inter_token_latencies AS gaps FROM result ORDER BY id").all() as {
    id: number;
    gaps: string;
  }[];
  expect(rows).toHaveLength(runs.length);
  for (const { id, gaps } of rows) {
    const output = runs[id]!.filter(([, tokens]) => tokens > 0).map(([time]) => time);
    const expected = output.slice(1).map((time, i) => (time - output[i]!) / 1e6);
    const found: number[] = JSON.parse(gaps);
    expect(found).toHaveLength(expected.length);
    found.forEach((gap, i) => {
      expect(gap).toBeCloseTo(expected[i]!, 9);
    });
  }
});

test("a request without times has no gaps", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, { requests: [request({ id: 1, at: 0, payload: { eventTimes: null, eventTokens: null } })] });
  using db = new Database(folder.file, { readonly: true });
  expect(db.query("SELECT inter_token_latencies AS gaps FROM result").all()).toEqual([{ gaps: null }]);
});

test("small columns of the view leave the payload table alone", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, mixedRun(10));
  using db = new Database(folder.file, { readonly: true });
  const plan = db.query("EXPLAIN QUERY PLAN SELECT request_id, latency FROM result WHERE success = 1").all();
  expect((plan as { detail: string }[]).map(({ detail }) => detail)).toEqual(["SCAN o"]);
});

// The system's own sqlite3 is older than the library: it must be able to read a file that is being written.
test.skipIf(Bun.which("sqlite3") === null)("sqlite3 answers from a finished file", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, { requests: [request({ id: 1, at: 0, times: [1_500_000, 1_600_000] })] });
  const sql =
    "SELECT request_id, first_chunk_latency, json_extract(response_messages, '$[0].id') FROM result WHERE success=1 AND first_chunk_latency > 1;";
  const { stdout, exitCode } = Bun.spawnSync(["sqlite3", "-readonly", folder.file, sql]);
  expect(exitCode).toBe(0);
  expect(stdout.toString()).toBe("r-1|1.5|m-1\n");
});

/** Bodies that share much with each other, in characters of one and of two UTF-16 units. */
const piece = fc.string({ unit: fc.constantFrom("a", '"', "é", "中", "😀", "😁", "\ud83d", "\ude00"), maxLength: 12 });

test("a conversation's requests are whole in the view, however they are kept", () => {
  const bodies = fc.array(fc.tuple(piece, piece, piece), { minLength: 1, maxLength: 8 });
  const made = fc.sample(bodies, { numRuns: 60, seed: 11 });
  using folder = temporaryFolder();
  const requests: RecordedRequest[] = [];
  const expected = new Map<number, string>();
  for (const [number, pieces] of made.entries()) {
    let earlier: { row: number; body: string } | null = null;
    for (const [turn, [front, said, end]] of pieces.entries()) {
      const row = 1024 * number + turn;
      const shared: string = turn % 3 === 2 ? front : (earlier?.body.slice(0, 30) ?? front);
      const body: string = shared + said + (turn % 4 === 3 ? end : "]}");
      const difference = earlier === null ? null : differenceOf(body, earlier.body, earlier.row);
      const payload = difference === null ? { request: body } : { request: null, difference };
      requests.push(request({ id: row, at: row, conversationId: `c${number}`, turn, turns: 8, payload }));
      // What is no character of its own is written as U+FFFD.
      expected.set(row, body.toWellFormed());
      earlier = { row, body };
    }
  }
  recordRun(folder.file, { requests });
  using db = new Database(folder.file, { readonly: true });
  const rows = db.query("SELECT id, request FROM result").all() as { id: number; request: string }[];
  expect(new Map(rows.map(({ id, request: body }) => [id, body]))).toEqual(expected);
  const kept = db.query("SELECT count(*) AS n FROM payload WHERE previous IS NOT NULL").get() as { n: number };
  expect(kept.n).toBeGreaterThan(100);
});

test("what a conversation takes grows with what is said, not with its square", () => {
  using folder = temporaryFolder();
  const turns = 100;
  const said = (turn: number) => `{"role":"user","content":"${turn}${"x".repeat(1000)}"}`;
  let earlier: { row: number; body: string } | null = null;
  const requests: RecordedRequest[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const messages = Array.from({ length: turn + 1 }, (_, index) => said(index)).join(",");
    const body = `{"messages":[${messages}],"model":"m","max_tokens":${turn}}`;
    const difference = earlier === null ? null : differenceOf(body, earlier.body, earlier.row);
    const payload = difference === null ? { request: body } : { request: null, difference };
    requests.push(request({ id: turn, at: turn, conversationId: "c", turn, turns, payload }));
    earlier = { row: turn, body };
  }
  recordRun(folder.file, { requests });
  using db = new Database(folder.file, { readonly: true });
  const ask = (sql: string) => (db.query(sql).get() as { n: number }).n;
  expect(
    ask("SELECT sum(length(coalesce(request, '')) + length(coalesce(request_tail, ''))) AS n FROM payload"),
  ).toBeLessThan(turns * 1200);
  expect(ask("SELECT sum(length(request)) AS n FROM result")).toBeGreaterThan((turns * turns * 1000) / 2);
});
