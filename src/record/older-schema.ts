import type { Database } from "bun:sqlite";

/** What a file of each version lacks that the next one has: columns of `outcome`, and with it of the view `result`. */
const COLUMNS_SINCE: Record<number, string[]> = {
  2: ["items"],
};

/**
 * Makes an older file look like a new one to whoever reads it over this connection: views of the same names, in SQLite's
 * temporary schema, stand before what the file has, with NULL in the columns that it lacks. The file stays as it is.
 */
export function presentAsNew(db: Database, version: number): void {
  const missing = Object.entries(COLUMNS_SINCE)
    .filter(([since]) => Number(since) > version)
    .flatMap(([, names]) => names.map((name) => `NULL AS ${name}`));
  if (missing.length === 0) return;
  for (const name of ["outcome", "result"]) {
    db.run(`CREATE TEMP VIEW ${name} AS SELECT *, ${missing.join(", ")} FROM main.${name}`);
  }
}
