import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import type { RecordMode } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import { Inserter } from "./inserter.ts";
import { Journal } from "./journal.ts";
import type { Payload, RecordedRequest } from "./outcome.ts";
import type { EngineRow, LevelRow, RunEnd, RunRow, SampleRow } from "./rows.ts";
import {
  APPLICATION_ID,
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

/** Roughly what a row of `outcome` adds to the log, which holds whole pages. */
const OUTCOME_BYTES = 400;

/**
 * Writes a run's file. Rows wait in memory until `commit`, one transaction each time, so that a killed run keeps
 * everything up to its last commit. Whatever cannot be written throws a UserError (exit 1) that names the file.
 */
export class RunWriter {
  /** What a person should know about how the file is kept; null where it is the usual way. */
  readonly notice: string | null;
  readonly #path: string;
  readonly #mode: RecordMode;
  readonly #db: Database;
  readonly #journal: Journal;
  readonly #inserters: ReturnType<typeof prepareInserters>;
  #requests: RecordedRequest[] = [];
  #samples: SampleRow[] = [];
  #committed = 0;

  /**
   * Creates the file, which must not exist yet; its folder must.
   * @throws UserError where the file exists (exit 2) or cannot be made (exit 1)
   */
  constructor(path: string, run: RunRow, options: { mode: RecordMode }) {
    if (existsSync(path)) {
      throw new UserError(`${path} already holds a run: choose another --name or --outputs-dir, or remove it`, 2);
    }
    this.#path = path;
    this.#mode = options.mode;
    try {
      this.#db = new Database(path, { create: true, readwrite: true });
      // 8 KB keep a stream's times in the part of a large row that costs no further page; 4 KB write 12% more.
      this.#db.run("PRAGMA page_size = 8192");
      this.#journal = new Journal(this.#db);
      this.#db.transaction(() => createSchema(this.#db))();
      this.#inserters = prepareInserters(this.#db);
      this.#inserters.run.insert(run);
      // The schema goes into the main file at once: a copy made without the log is then still a run's file.
      this.#journal.checkpoint("TRUNCATE");
    } catch (error) {
      const message = `cannot create ${path} (${reason(error)}): check the folder and the free disk`;
      throw new UserError(message, 1, { cause: error });
    }
    this.notice = this.#journal.isLog ? null : journalNotice(path, this.#journal.mode);
  }

  /** Call it before the level's first request is added: reports find requests by their level's row. */
  level(row: LevelRow): void {
    this.#guard(() => this.#inserters.level.insert(row));
  }

  endLevel(level: number, repeat: number, endTime: number): void {
    const sql = "UPDATE level SET end_time = ? WHERE level = ? AND repeat = ?";
    this.#guard(() => this.#db.run(sql, [endTime, level, repeat]));
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

  /** Writes everything queued, in one transaction. Where it throws, all stays queued: a later call tries again. */
  commit(): void {
    if (this.#requests.length === 0 && this.#samples.length === 0) return;
    this.#guard(() => this.#db.transaction(() => this.#insertQueued())());
    this.#committed += this.#requests.length;
    this.#requests = [];
    this.#samples = [];
  }

  /** Moves the log into the main file every 10 s or 32 MB, waiting for no reader. Costs nothing when not due. */
  checkpointIfDue(): void {
    if (this.#journal.isDue) this.#guard(() => this.#journal.checkpoint("PASSIVE"));
  }

  /**
   * Commits, builds the indexes and closes.
   * @param skipped requests that the API plugin declined, known only now
   * @returns singleFile false: a reader holds the file, and it must be copied together with its `-wal`
   */
  finish(end: Exclude<RunEnd, "running">, endReason: string | null, skipped = 0): { singleFile: boolean } {
    this.commit();
    const sql = "UPDATE run SET end_time = ?, ended = ?, end_reason = ?, skipped = ?";
    this.#guard(() => {
      this.#db.run(sql, [Date.now() / 1000, end, endReason, skipped]);
      for (const statement of INDEX_STATEMENTS) this.#db.run(statement);
    });
    for (const inserter of Object.values(this.#inserters)) inserter.finalize();
    const singleFile = this.#journal.end();
    this.#db.close();
    return { singleFile };
  }

  #insertQueued(): void {
    let bytes = 0;
    for (const { outcome, payload } of this.#requests) {
      const kept = keep(payload, this.#mode);
      this.#inserters.outcome.insert(outcome);
      this.#inserters.payload.insert({ outcome, payload: kept });
      bytes += OUTCOME_BYTES + textLength(kept);
    }
    for (const sample of this.#samples) this.#inserters.sample.insert(sample);
    this.#journal.grew(bytes);
  }

  #guard(write: () => void): void {
    try {
      write();
    } catch (error) {
      const message =
        `cannot write to ${this.#path} (${reason(error)}): it keeps the ${this.#committed} requests committed before, ` +
        `${this.#requests.length} are not in it; free some disk, or choose another --outputs-dir`;
      throw new UserError(message, 1, { cause: error });
    }
  }
}

function prepareInserters(db: Database) {
  return {
    run: new Inserter(db, "run", RUN_COLUMNS),
    engine: new Inserter(db, "engine", ENGINE_COLUMNS),
    level: new Inserter(db, "level", LEVEL_COLUMNS),
    outcome: new Inserter(db, "outcome", OUTCOME_COLUMNS),
    payload: new Inserter(db, "payload", PAYLOAD_COLUMNS),
    sample: new Inserter(db, "sample", SAMPLE_COLUMNS),
  };
}

function createSchema(db: Database): void {
  db.run(`PRAGMA application_id = ${APPLICATION_ID}`);
  db.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  for (const statement of CREATE_STATEMENTS) db.run(statement);
}

/** What of a request's texts the mode keeps. Times stay in every mode: they are the measure, not the payload. */
function keep(payload: Payload, mode: RecordMode): Payload {
  if (mode === "full") return payload;
  if (mode === "text") return { ...payload, responseMessages: null };
  return { ...payload, request: null, responseMessages: null, outputText: null };
}

function textLength({ request, responseMessages, eventTimes, eventTokens, outputText }: Payload): number {
  let length = 0;
  for (const text of [request, responseMessages, eventTimes, eventTokens, outputText]) length += text?.length ?? 0;
  return length;
}

function journalNotice(path: string, mode: string): string {
  return `${path}: this file system takes no write-ahead log, so SQLite's journal mode is '${mode}': reading the file while the run goes on may have to wait`;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
