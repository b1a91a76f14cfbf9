import type { Database, Statement } from "bun:sqlite";
import {
  type Column,
  ENGINE_COLUMNS,
  LEVEL_COLUMNS,
  OUTCOME_COLUMNS,
  PAYLOAD_COLUMNS,
  RUN_COLUMNS,
  SAMPLE_COLUMNS,
  SERVER_SAMPLE_COLUMNS,
} from "./schema.ts";

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

/** One for each table of a run's file. */
export function insertersFor(db: Database) {
  return {
    run: new Inserter(db, "run", RUN_COLUMNS),
    engine: new Inserter(db, "engine", ENGINE_COLUMNS),
    level: new Inserter(db, "level", LEVEL_COLUMNS),
    outcome: new Inserter(db, "outcome", OUTCOME_COLUMNS),
    payload: new Inserter(db, "payload", PAYLOAD_COLUMNS),
    sample: new Inserter(db, "sample", SAMPLE_COLUMNS),
    serverSample: new Inserter(db, "server_sample", SERVER_SAMPLE_COLUMNS),
  };
}
