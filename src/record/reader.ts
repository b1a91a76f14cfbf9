import {
  type BoundedValue,
  CONVERSATIONS,
  type ColumnRow,
  type ConversationRecord,
  type KindCounts,
  LEVELS,
  type LevelBounds,
  type LevelTotals,
  MEASURED,
  ONLY_LEVEL,
  type RecordedLevel,
  type RequestKeys,
  type SentValue,
  type TimedReply,
  TOTALS,
  TURNS,
  type TurnRecord,
  type WholeReply,
} from "./level-record.ts";
import { type OpenDatabase, openDatabase } from "./open.ts";
import { type QueryResult, runQuery } from "./query.ts";
import { requestColumns } from "./request-columns.ts";
import type { RunRow, SampleRow, ServerSampleRow } from "./rows.ts";
import { timedReplies } from "./timed-reply.ts";
import { wholeReplies } from "./whole-reply.ts";

interface StoredRun extends Omit<RunRow, "versions" | "machine"> {
  versions: string;
  machine: string;
}

/**
 * Reads a run's file; the only place that knows the base tables. Everything about requests streams, so that memory
 * does not grow with a run's length. Close it, or declare it with `using`.
 */
export class RunReader implements Disposable {
  /** The database file. */
  readonly path: string;
  readonly #opened: OpenDatabase;
  readonly #db: OpenDatabase["db"];
  /** Those that this snapshot has counted; null outside of one, where they may grow. */
  #totals: Map<RecordedLevel, LevelTotals> | null = null;

  constructor(opened: OpenDatabase) {
    this.#opened = opened;
    this.#db = opened.db;
    this.path = opened.path;
  }

  close(): void {
    this.#opened.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Everything `read` asks sees the file as it is at one moment, however the run goes on meanwhile. */
  snapshot<T>(read: () => T): T {
    this.#db.run("BEGIN");
    this.#totals = new Map();
    try {
      return read();
    } finally {
      this.#totals = null;
      this.#db.run("COMMIT");
    }
  }

  run(): RunRow {
    const stored = this.#db
      .query<StoredRun, []>(
        `SELECT start_time AS startTime, end_time AS endTime, ended AS "end", end_reason AS endReason,
          config, versions, machine, seed, skipped, calibration FROM run`,
      )
      .get();
    if (stored === null) throw new Error(`${this.path}: the table run is empty`);
    return { ...stored, versions: JSON.parse(stored.versions), machine: JSON.parse(stored.machine) };
  }

  levels(): RecordedLevel[] {
    const only = this.#db.query<RecordedLevel, []>(ONLY_LEVEL).get();
    return only === null ? this.#db.query<RecordedLevel, []>(LEVELS).all() : [only];
  }

  /** How many engine processes the run had. */
  engineCount(): number {
    return this.#db.query<{ n: number }, []>("SELECT count(*) AS n FROM engine").get()?.n ?? 0;
  }

  /** Whether the engine was in main itself: then alone its clock is main's, to the last digit. */
  enginesInMain(): boolean {
    return this.#db.query("SELECT 1 FROM engine WHERE clock_offset_ms = 0").get() !== null;
  }

  warmupCount(): number {
    return this.#db.query<{ n: number }, []>("SELECT count(*) AS n FROM outcome WHERE phase = 'warmup'").get()?.n ?? 0;
  }

  samples(): Iterable<SampleRow> {
    return this.#db
      .query<SampleRow, []>(
        `SELECT time, engine, coalesce(span_s, 1) AS spanS, cpu, thread_cpu AS threadCpu, core_wait AS coreWait,
          loop_lag_ms AS loopLagMs, stalls, rss_mb AS rssMb, in_flight AS inFlight, connections, opened,
          steal, load, sent, done FROM sample ORDER BY time`,
      )
      .iterate();
  }

  /** Of the metrics pages, between two moments; Unix seconds. */
  serverSamples(from: number, to: number): Iterable<ServerSampleRow> {
    const sql = "SELECT time, name, labels, value FROM server_sample WHERE time BETWEEN ? AND ? ORDER BY time";
    return this.#db.query<ServerSampleRow, [number, number]>(sql).iterate(from, to);
  }

  totals(level: RecordedLevel): LevelTotals {
    const totals = this.#totals?.get(level) ?? this.#db.query<LevelTotals, Bounds>(TOTALS).get(bounds(level));
    if (totals === null) throw new Error("an aggregate without GROUP BY has one row");
    this.#totals?.set(level, totals);
    return totals;
  }

  /** Failed requests by kind, the commonest first; unsent ones, and those given up on purpose, are not failures. */
  errors(level: RecordedLevel): Record<string, number> {
    return this.#tally(
      level,
      `SELECT error_kind AS name, count(*) AS n FROM outcome o
       WHERE ${MEASURED} AND success = 0 AND error_kind NOT IN ('unsent', 'cancelled_on_purpose') GROUP BY name ORDER BY n DESC, name`,
    );
  }

  /** Successes by where their token counts come from. */
  tokenSources(level: RecordedLevel): Record<string, number> {
    return this.#tally(
      level,
      `SELECT token_source AS name, count(*) AS n FROM outcome o
       WHERE ${MEASURED} AND success = 1 GROUP BY name ORDER BY n DESC, name`,
    );
  }

  /** What kinds a level's requests are of, in the order of their names. */
  kinds(level: RecordedLevel, column: "part" | "model" | "endpoint"): KindCounts[] {
    const sql = `SELECT ${column} AS kind,
        count(*) FILTER (WHERE coalesce(error_kind, '') <> 'unsent') AS requests,
        count(*) FILTER (WHERE success = 1) AS success,
        count(*) FILTER (WHERE error_kind = 'cancelled_on_purpose') AS cancelled,
        sum(completion_tokens) FILTER (WHERE success = 1) AS completionTokens
      FROM outcome o WHERE ${MEASURED} AND kind IS NOT NULL GROUP BY kind ORDER BY kind`;
    return this.#db.query<KindCounts, Bounds>(sql).all(bounds(level));
  }

  /**
   * Several numbers a request, of all that were sent, in the order in which they were due, in blocks: one scan for all.
   * @param by stands first in each row; requests where it is NULL are left out
   * @param expressions SQL over the columns of `outcome`
   */
  columns<By extends keyof RequestKeys>(
    level: RecordedLevel,
    by: By,
    expressions: string[],
  ): Iterable<ColumnRow<By>[]> {
    return requestColumns(this.#db, bounds(level), by, expressions);
  }

  /**
   * One number a request.
   * @param expression SQL over the columns of `outcome`; requests where it is NULL are left out
   * @param where a condition over the same columns
   */
  values(level: RecordedLevel, expression: string, where: string): Iterable<SentValue> {
    return this.#db
      .query<SentValue, Bounds>(
        `SELECT ${expression} AS value, o.sent_time AS sent FROM outcome o
         WHERE ${MEASURED} AND (${where}) AND value IS NOT NULL AND o.sent_time IS NOT NULL`,
      )
      .iterate(bounds(level));
  }

  /**
   * What is known of a figure, of every request that has ended; unsent ones have none.
   * @param value SQL over the columns of `outcome`
   * @param bound SQL for 'exact', 'at_least' or 'failed'; requests where it is NULL are left out
   */
  boundedValues(level: RecordedLevel, value: string, bound: string): Iterable<BoundedValue> {
    return this.#db
      .query<BoundedValue, Bounds>(
        `SELECT ${value} AS value, ${bound} AS bound FROM outcome o
         WHERE ${MEASURED} AND coalesce(error_kind, '') <> 'unsent' AND bound IS NOT NULL`,
      )
      .iterate(bounds(level));
  }

  /** How many requests that were due, unsent ones too, meet a condition over the columns of `outcome`. */
  count(level: RecordedLevel, where: string): number {
    const sql = `SELECT count(*) AS n FROM outcome o WHERE ${MEASURED} AND (${where})`;
    return this.#db.query<{ n: number }, Bounds>(sql).get(bounds(level))?.n ?? 0;
  }

  /** A level's turns by their number; none where it sent single requests. */
  turns(level: RecordedLevel): Iterable<TurnRecord> {
    return this.#db.query<TurnRecord, Bounds>(TURNS).iterate(bounds(level));
  }

  conversations(level: RecordedLevel): Iterable<ConversationRecord> {
    return this.#db.query<ConversationRecord, Bounds>(CONVERSATIONS).iterate(bounds(level));
  }

  /** Every success with the stamps of its events. */
  timedReplies(level: RecordedLevel): Iterable<TimedReply> {
    return timedReplies(this.#db, bounds(level));
  }

  /** Every request that ended, with all that arrived: costs the reading of the whole file. */
  wholeReplies(level: RecordedLevel): Iterable<WholeReply> {
    return wholeReplies(this.#db, bounds(level));
  }

  /**
   * Any question in SQL; nothing can be changed.
   * @throws UserError (exit 2) with SQLite's own words, also while the rows are read
   */
  query(sql: string): QueryResult {
    return runQuery(this.#db, sql);
  }

  #tally(level: RecordedLevel, sql: string): Record<string, number> {
    const rows = this.#db.query<{ name: string; n: number }, Bounds>(sql).all(bounds(level));
    return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
  }
}

/** @throws UserError (exit 2) for what is no run of plumb's, or is a newer one */
export function openRun(fileOrFolder: string): RunReader {
  return new RunReader(openDatabase(fileOrFolder));
}

type Bounds = [LevelBounds];

function bounds(level: RecordedLevel): LevelBounds {
  return { level: level.level, repeat: level.repeat, firstId: level.firstId, lastId: level.lastId };
}
