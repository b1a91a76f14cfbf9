import { Database, type Statement } from "bun:sqlite";
import { existsSync } from "node:fs";
import type { RecordMode } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import type { Payload, RecordedRequest } from "./outcome.ts";
import type { EngineRow, LevelRow, RunEnd, RunRow, SampleRow } from "./rows.ts";
import {
  APPLICATION_ID,
  type Column,
  CREATE_STATEMENTS,
  ENGINE_COLUMNS,
  INDEX_STATEMENTS,
  LEVEL_COLUMNS,
  OUTCOME_COLUMNS,
  PAYLOAD_COLUMNS,
  RUN_COLUMNS,
  SAMPLE_COLUMNS,
  SCHEMA_VERSION,
} from "./schema.ts";

const CHECKPOINT_EVERY_MS = 10_000;
/** Small enough that the log, which SQLite then begins anew, stays in the page cache: 20% less CPU than at 64 MB. */
const CHECKPOINT_EVERY_BYTES = 32e6;
/** Roughly what a row of `outcome` takes in the log, which holds whole pages. */
const OUTCOME_BYTES = 400;
/** How long a reader may hold the file at the end, in milliseconds, before the log is left beside it. */
const READER_PATIENCE_MS = 2_000;

/** Writes rows of one table. Positional: objects with named parameters cost about twice the time for each row. */
class Inserter<Row> {
  readonly #statement: Statement;
  readonly #columns: Column<Row>[];

  constructor(db: Database, table: string, columns: Column<Row>[]) {
    this.#statement = db.prepare(`INSERT INTO ${table} VALUES (${columns.map(() => "?").join(", ")})`);
    this.#columns = columns;
  }

  insert(row: Row): void {
    this.#statement.run(...this.#columns.map((column) => column.of(row)));
  }

  finalize(): void {
    this.#statement.finalize();
  }
}

/**
 * Writes a run's file. Rows wait in memory until `commit`, one transaction each time, so that a killed run keeps
 * everything up to its last commit. Every method may throw a UserError (exit 1) that names the file.
 */
export class RunWriter {
  /** What a person should know about how the file is kept; null where it is the usual way. */
  readonly notice: string | null;
  readonly #path: string;
  readonly #mode: RecordMode;
  readonly #db: Database;
  readonly #inserters;
  readonly #wal: boolean;
  #requests: RecordedRequest[] = [];
  #samples: SampleRow[] = [];
  #written = 0;
  #logBytes = 0;
  #checkpointedMs = performance.now();

  /**
   * Creates the file, which must not exist yet; its folder must.
   * @throws UserError where the file exists or cannot be made
   */
  constructor(path: string, run: RunRow, options: { mode: RecordMode }) {
    if (existsSync(path)) {
      throw new UserError(`${path} already holds a run: choose another --name or --outputs-dir, or remove it.`, 2);
    }
    this.#path = path;
    this.#mode = options.mode;
    try {
      this.#db = new Database(path, { create: true, readwrite: true });
      const journal = startJournal(this.#db);
      this.#wal = journal === "wal";
      this.notice = this.#wal
        ? null
        : `${path}: this file system takes no write-ahead log, so plumb uses SQLite's '${journal}' journal: reading the file while the run goes on can make it wait.`;
      this.#db.transaction(() => createSchema(this.#db))();
      this.#inserters = {
        run: new Inserter(this.#db, "run", RUN_COLUMNS),
        engine: new Inserter(this.#db, "engine", ENGINE_COLUMNS),
        level: new Inserter(this.#db, "level", LEVEL_COLUMNS),
        outcome: new Inserter(this.#db, "outcome", OUTCOME_COLUMNS),
        payload: new Inserter(this.#db, "payload", PAYLOAD_COLUMNS),
        sample: new Inserter(this.#db, "sample", SAMPLE_COLUMNS),
      };
      this.#inserters.run.insert(run);
      // The schema goes into the main file at once: a copy made without the log is then still a plumb file.
      if (this.#wal) this.#checkpoint("TRUNCATE");
    } catch (error) {
      throw new UserError(`Cannot create ${path}: ${reason(error)}. Check the folder and the free disk.`, 1, {
        cause: error,
      });
    }
  }

  /** Call it before the level's first request ends: reports find requests by their level. */
  level(row: LevelRow): void {
    this.#guard(() => this.#inserters.level.insert(row));
  }

  endLevel(level: number, repeat: number, endTime: number): void {
    this.#guard(() =>
      this.#db.run("UPDATE level SET end_time = ? WHERE level = ? AND repeat = ?", [endTime, level, repeat]),
    );
  }

  engine(row: EngineRow): void {
    this.#guard(() => this.#inserters.engine.insert(row));
  }

  /** Queues a row. */
  sample(row: SampleRow): void {
    this.#samples.push(row);
  }

  /** Queues requests that have ended. */
  add(requests: RecordedRequest[]): void {
    for (const request of requests) this.#requests.push(request);
  }

  /** Writes everything queued, in one transaction. What it throws for stays queued: a later call tries again. */
  commit(): void {
    if (this.#requests.length === 0 && this.#samples.length === 0) return;
    this.#guard(() => this.#db.transaction(() => this.#insertQueued())());
    this.#written += this.#requests.length;
    this.#requests = [];
    this.#samples = [];
  }

  /** Moves the log into the main file every 10 s or 32 MB, waiting for no reader. Cheap when nothing is due. */
  checkpointIfDue(): void {
    if (!this.#wal || this.#logBytes === 0) return;
    const elapsedMs = performance.now() - this.#checkpointedMs;
    if (elapsedMs < CHECKPOINT_EVERY_MS && this.#logBytes < CHECKPOINT_EVERY_BYTES) return;
    this.#guard(() => this.#checkpoint("PASSIVE"));
  }

  /**
   * Commits, builds the indexes and closes.
   * @param skipped requests that the API plugin declined, known only now
   * @returns singleFile false: a reader held the file, and it must be copied together with its `-wal`
   */
  finish(end: Exclude<RunEnd, "running">, endReason: string | null, skipped = 0): { singleFile: boolean } {
    this.commit();
    this.#guard(() => {
      this.#db.run("UPDATE run SET end_time = ?, ended = ?, end_reason = ?, skipped = ?", [
        Date.now() / 1000,
        end,
        endReason,
        skipped,
      ]);
      for (const statement of INDEX_STATEMENTS) this.#db.run(statement);
    });
    for (const inserter of Object.values(this.#inserters)) inserter.finalize();
    const singleFile = !this.#wal || leaveWal(this.#db);
    this.#db.close();
    return { singleFile };
  }

  #insertQueued(): void {
    let bytes = 0;
    for (const request of this.#requests) {
      const payload = keep(request.payload, this.#mode);
      this.#inserters.outcome.insert(request.outcome);
      this.#inserters.payload.insert({ outcome: request.outcome, payload });
      bytes += OUTCOME_BYTES;
      for (const text of Object.values(payload) as (string | null)[]) bytes += text?.length ?? 0;
    }
    for (const sample of this.#samples) this.#inserters.sample.insert(sample);
    this.#logBytes += bytes;
  }

  #checkpoint(kind: "PASSIVE" | "TRUNCATE"): void {
    this.#db.prepare(`PRAGMA wal_checkpoint(${kind})`).get();
    this.#logBytes = 0;
    this.#checkpointedMs = performance.now();
  }

  #guard(write: () => void): void {
    try {
      write();
    } catch (error) {
      throw new UserError(
        `Cannot write to ${this.#path}: ${reason(error)}. The ${this.#written} requests committed before are kept, ` +
          `${this.#requests.length} are not. Free some disk or choose another --outputs-dir.`,
        1,
        { cause: error },
      );
    }
  }
}

/** What of a request's texts the mode keeps. Times stay in every mode: they are the measure, not the payload. */
function keep(payload: Payload, mode: RecordMode): Payload {
  if (mode === "full") return payload;
  if (mode === "text") return { ...payload, responseMessages: null };
  return { ...payload, request: null, responseMessages: null, outputText: null };
}

/** Asks for a write-ahead log, so that anyone may read while the run writes. Returns the journal mode it got. */
function startJournal(db: Database): string {
  db.run(`PRAGMA busy_timeout = ${READER_PATIENCE_MS}`);
  // A stream's times fit into what an 8 KB page keeps of a large row; 4 KB pages write 12% more and cost 30% more CPU.
  db.run("PRAGMA page_size = 8192");
  let mode = "delete";
  try {
    mode = db.query<{ journal_mode: string }, []>("PRAGMA journal_mode = WAL").get()?.journal_mode ?? "delete";
    // Every checkpoint is ours: SQLite's own, each 1,000 pages, would fall into any commit.
    db.run("PRAGMA wal_autocheckpoint = 0");
  } catch {
    mode = db.query<{ journal_mode: string }, []>("PRAGMA journal_mode = DELETE").get()?.journal_mode ?? "delete";
  }
  db.run("PRAGMA synchronous = NORMAL");
  return mode;
}

function createSchema(db: Database): void {
  db.run(`PRAGMA application_id = ${APPLICATION_ID}`);
  db.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  for (const statement of CREATE_STATEMENTS) db.run(statement);
}

/** Folds the log into the main file. false: a reader prevents it, and the log stays valid beside the file. */
function leaveWal(db: Database): boolean {
  try {
    db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
    return db.query<{ journal_mode: string }, []>("PRAGMA journal_mode = DELETE").get()?.journal_mode === "delete";
  } catch {
    return false;
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
