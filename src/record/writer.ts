import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import type { RecordMode } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import { FilePlace } from "./file-place.ts";
import { insertersFor } from "./inserter.ts";
import { Journal } from "./journal.ts";
import { keptTexts, textLength } from "./kept-texts.ts";
import type { RecordedRequest } from "./outcome.ts";
import type { EngineRow, LevelRow, RunEnd, RunRow, SampleRow, ServerSampleRow } from "./rows.ts";
import { APPLICATION_ID, CREATE_STATEMENTS, INDEX_STATEMENTS, SCHEMA_VERSION } from "./schema.ts";
import { reasonOf, writeFailure } from "./write-failure.ts";

/** Roughly what a row of `outcome` adds to the log, which holds whole pages. */
const OUTCOME_BYTES = 400;

/** How a run's file was left. */
export interface Closing {
  /** false: a reader holds the file, or the disk is full, and it must be copied together with its `-wal`. */
  singleFile: boolean;
  /** What went wrong with the file, and what it holds; null: everything is in it. */
  problem: string | null;
}

/**
 * Writes a run's file. Rows wait in memory until `commit`, one transaction each time, so that a killed run keeps
 * everything up to its last commit. Whatever cannot be written throws a UserError (exit 1) that names the file; `finish`
 * says it instead.
 */
export class RunWriter {
  /** What a person should know about how the file is kept; null where it is the usual way. */
  readonly notice: string | null;
  readonly #path: string;
  readonly #mode: RecordMode;
  readonly #db: Database;
  readonly #journal: Journal;
  readonly #place: FilePlace;
  readonly #inserters: ReturnType<typeof insertersFor>;
  #requests: RecordedRequest[] = [];
  #samples: SampleRow[] = [];
  #serverSamples: ServerSampleRow[] = [];
  #committed = 0;
  /** The first write that failed. */
  #failure: UserError | null = null;

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
      this.#inserters = insertersFor(this.#db);
      this.#inserters.run.insert(run);
      // The schema goes into the main file at once: a copy made without the log is then still a run's file.
      this.#journal.checkpoint("TRUNCATE");
      this.#place = new FilePlace(path);
    } catch (error) {
      const message = `cannot create ${path} (${reasonOf(error)}): check the folder and the free disk`;
      throw new UserError(message, 1, { cause: error });
    }
    this.notice = this.#journal.notice(path);
  }

  /** Call it before the level's first request is added: reports find requests by their level's row. */
  level(row: LevelRow): void {
    this.#guard(() => this.#inserters.level.insert(row));
  }

  endLevel(level: number, repeat: number, endTime: number): void {
    const sql = "UPDATE level SET end_time = ? WHERE level = ? AND repeat = ?";
    this.#guard(() => this.#db.run(sql, [endTime, level, repeat]));
  }

  /** The level ended before its own end. */
  levelEndReason(level: number, repeat: number, reason: string): void {
    const sql = "UPDATE level SET end_reason = ? WHERE level = ? AND repeat = ?";
    this.#guard(() => this.#db.run(sql, [reason, level, repeat]));
  }

  engine(row: EngineRow): void {
    this.#guard(() => this.#inserters.engine.insert(row));
  }

  /** Queues a row. */
  sample(row: SampleRow): void {
    this.#samples.push(row);
  }

  /** Queues what a metrics page said. */
  serverSamples(rows: ServerSampleRow[]): void {
    for (const row of rows) this.#serverSamples.push(row);
  }

  /** Queues requests that have ended. */
  add(requests: RecordedRequest[]): void {
    for (const request of requests) this.#requests.push(request);
  }

  /**
   * Writes everything queued, in one transaction. Where that fails all stays queued, and a later call tries again.
   * @throws UserError too where the file was deleted under our hands; then the rows are written, into what is left of it
   */
  commit(): void {
    const queues = [this.#requests, this.#samples, this.#serverSamples];
    if (queues.every((queue) => queue.length === 0)) return;
    this.#guard(() => this.#db.transaction(() => this.#insertQueued())());
    this.#committed += this.#requests.length;
    this.#requests = [];
    this.#samples = [];
    this.#serverSamples = [];
    this.#guard(() => this.#place.check());
  }

  /** Moves the log into the main file every 10 s or 32 MB, waiting for no reader. Costs nothing when not due. */
  checkpointIfDue(): void {
    if (this.#journal.isDue) this.#guard(() => this.#journal.checkpoint("PASSIVE"));
  }

  /**
   * Commits, builds the indexes and closes; what cannot be written is left out and said. Throws nothing.
   * @param skipped requests that the API plugin declined, known only now
   */
  finish(end: Exclude<RunEnd, "running">, endReason: string | null, skipped = 0): Closing {
    const steps = [() => this.commit(), () => this.#place.check(), () => this.#index()];
    const written = steps.every((step) => this.#attempt(step));
    const reason = written ? endReason : (endReason ?? this.#failure?.message ?? null);
    const sql = "UPDATE run SET end_time = ?, ended = ?, end_reason = ?, skipped = ?";
    // One page, for which there is nearly always room where a larger commit has failed.
    this.#attempt(() => this.#db.run(sql, [Date.now() / 1000, written ? end : "failed", reason, skipped]));
    const problem = written ? null : this.#problem(endReason ?? "");
    for (const inserter of Object.values(this.#inserters)) inserter.finalize();
    // A file written anew is whole, and its log is not ours.
    const singleFile = this.#place.isRestored || this.#journal.end();
    this.#db.close();
    return { singleFile, problem };
  }

  /** What happened to the file, unless it is `said` already, and what it keeps. */
  #problem(said: string): string {
    const lost = this.#requests.length;
    const kept = `${this.#committed} requests${lost === 0 ? "" : `, ${lost} that had ended are not in it`}`;
    const message = this.#failure?.message ?? "";
    const news = said.includes(message) ? "" : `${message}; `;
    if (!this.#place.isLost) return `${news}the file keeps ${kept}`;
    try {
      this.#place.restore(this.#db);
      return `${news}the file is written anew with ${kept}`;
    } catch (error) {
      return `${news}a new one with ${kept} could not be written: ${reasonOf(error)}`;
    }
  }

  #index(): void {
    for (const statement of INDEX_STATEMENTS) this.#db.run(statement);
  }

  #insertQueued(): void {
    let bytes = 0;
    for (const { outcome, payload } of this.#requests) {
      const kept = keptTexts(payload, this.#mode);
      this.#inserters.outcome.insert(outcome);
      this.#inserters.payload.insert({ outcome, payload: kept });
      bytes += OUTCOME_BYTES + textLength(kept);
    }
    for (const sample of this.#samples) this.#inserters.sample.insert(sample);
    for (const row of this.#serverSamples) this.#inserters.serverSample.insert(row);
    this.#journal.grew(bytes);
  }

  /** @throws UserError that names the file */
  #guard(write: () => void): void {
    try {
      write();
    } catch (error) {
      const failure = writeFailure(this.#path, error);
      this.#failure ??= failure;
      throw failure;
    }
  }

  #attempt(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      this.#failure ??= writeFailure(this.#path, error);
      return false;
    }
  }
}

function createSchema(db: Database): void {
  db.run(`PRAGMA application_id = ${APPLICATION_ID}`);
  db.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  for (const statement of CREATE_STATEMENTS) db.run(statement);
}
