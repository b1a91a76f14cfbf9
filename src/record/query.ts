import type { Database, Statement } from "bun:sqlite";
import { UserError } from "../config/user-error.ts";

/** A bigint is an integer that a number cannot hold exactly; smaller ones are numbers. */
export type SqlValue = string | number | bigint | null | Uint8Array;

export interface QueryResult {
  /** Each name once: of two columns `id` the second is `id:1`. */
  columns: string[];
  /** Read from the file as they are asked for. */
  rows: Iterable<SqlValue[]>;
}

/**
 * Asks one statement of a database that is open for reading.
 * @throws UserError (exit 2) with SQLite's own words, also while the rows are read
 */
export function runQuery(db: Database, sql: string): QueryResult {
  refuseActs(sql);
  const statement = prepare(db, sql);
  if (statement.paramsCount > 0)
    throw new UserError("SQL: it has a parameter (?, :name, $name); write the value instead", 2);
  refuseRest(sql, statement);
  const columns = statement.columnNames;
  if (new Set(columns).size === columns.length) return { columns, rows: rowsOf(statement, columns) };
  // Rows come as objects, which hold each name once; in a subquery SQLite makes the names differ.
  const wrapped = prepare(db, `SELECT * FROM (${sql.replace(/;\s*$/, "")}\n)`);
  return { columns: wrapped.columnNames, rows: rowsOf(wrapped, wrapped.columnNames) };
}

function* rowsOf(statement: Statement<Record<string, SqlValue>, []>, columns: string[]): Iterable<SqlValue[]> {
  try {
    for (const row of statement.safeIntegers(true).iterate()) yield columns.map((name) => exact(row[name] ?? null));
  } catch (error) {
    throw sqlError(error);
  }
}

function exact(value: SqlValue): SqlValue {
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** What SQLite does even where the file is open for reading only: write elsewhere, or change its own settings. */
const ACTS = /^(?:VACUUM|BEGIN|SAVEPOINT|ATTACH|CREATE\s+TEMP|PRAGMA\b[^;]*=)/i;

function refuseActs(sql: string): void {
  const bare = sql.replace(/^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, "");
  if (ACTS.test(bare)) throw new UserError("SQL: only questions are answered; this one would act: ask with SELECT", 2);
}

function prepare(db: Database, sql: string): Statement<Record<string, SqlValue>, []> {
  try {
    return db.prepare<Record<string, SqlValue>, []>(sql);
  } catch (error) {
    throw sqlError(error);
  }
}

/** SQLite prepares the first statement of a text and says nothing of the rest: half an answer would look whole. */
function refuseRest(sql: string, statement: Statement): void {
  const rest = sql.slice(statement.toString().length);
  const meant = rest.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|[\s;]/g, "");
  if (meant !== "") throw new UserError("SQL: more than one statement; give them one at a time", 2);
}

function sqlError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  // For a text without any statement the library throws a RangeError that does not come from SQLite.
  const message = error instanceof RangeError ? "no statement" : error instanceof Error ? error.message : String(error);
  const hint = /^no such column/.test(message) ? "; SELECT * FROM result LIMIT 1 shows a request's columns" : "";
  return new UserError(`SQL: ${message.replace(/\s+/g, " ")}${hint}`, 2, { cause: error });
}
