import { Database } from "bun:sqlite";
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { UserError } from "../config/user-error.ts";
import { presentAsNew } from "./older-schema.ts";
import { APPLICATION_ID, DATABASE_NAME, SCHEMA_VERSION } from "./schema.ts";

/** How long to wait for a writer that keeps no write-ahead log, in milliseconds. */
const WRITER_PATIENCE_MS = 5_000;

/** What may stand beside a file whose run was killed; without it the last commits are missing. */
const LEFTOVERS = ["-wal", "-journal"];

export interface OpenDatabase {
  /** The database file, as the user may be told. */
  path: string;
  db: Database;
  close(): void;
}

/**
 * Opens a run's file (or the file in a run's folder) for reading only: finished, running or killed.
 * @throws UserError (exit 2) for what is no run of plumb's, or is a newer one
 */
export function openDatabase(fileOrFolder: string): OpenDatabase {
  const path = locate(fileOrFolder);
  let opened: OpenDatabase;
  try {
    opened = connect(path);
  } catch (error) {
    if (isForeign(error)) throw notARun(path, error);
    opened = openCopy(path, error);
  }
  try {
    presentAsNew(opened.db, checkVersion(path, opened.db));
  } catch (error) {
    opened.close();
    throw error;
  }
  return opened;
}

function locate(fileOrFolder: string): string {
  const stat = statSync(fileOrFolder, { throwIfNoEntry: false });
  if (stat === undefined) throw new UserError(`no such file or folder: ${fileOrFolder}; plumb ls lists the runs`, 2);
  if (!stat.isDirectory()) return fileOrFolder;
  const path = join(fileOrFolder, DATABASE_NAME);
  if (!existsSync(path)) {
    throw new UserError(
      `${fileOrFolder} has no ${DATABASE_NAME}: name a run's folder or its database file; plumb ls ${fileOrFolder} lists the runs in it`,
      2,
    );
  }
  return path;
}

function connect(path: string): OpenDatabase {
  const db = new Database(path, { readonly: true, strict: true });
  try {
    db.run(`PRAGMA busy_timeout = ${WRITER_PATIENCE_MS}`);
    // SQLite opens lazily: only a read finds out whether the file and its log can be used.
    db.query("SELECT count(*) FROM sqlite_master").get();
  } catch (error) {
    db.close();
    throw error;
  }
  return { path, db, close: () => db.close() };
}

/**
 * A killed run in a folder where we may not write: SQLite must rebuild the log's index file beside it, and cannot.
 * So it gets a copy of its own.
 */
function openCopy(path: string, why: unknown): OpenDatabase {
  const folder = mkdtempSync(join(tmpdir(), "plumb-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, basename(path));
    copyFileSync(path, copy);
    for (const end of LEFTOVERS) {
      if (existsSync(path + end)) copyFileSync(path + end, copy + end);
    }
    // Writable once: SQLite must be able to fold the leftovers in.
    const recovery = new Database(copy, { readwrite: true });
    recovery.query("SELECT count(*) FROM sqlite_master").get();
    recovery.close();
    const opened = connect(copy);
    return {
      path,
      db: opened.db,
      close: () => {
        opened.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    const message = why instanceof Error ? why.message : String(why);
    throw new UserError(`cannot read ${path}: ${message}`, 2, { cause: error });
  }
}

function checkVersion(path: string, db: Database): number {
  const application = db.query<{ application_id: number }, []>("PRAGMA application_id").get()?.application_id;
  if (application !== APPLICATION_ID) throw notARun(path);
  const version = db.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
  if (version > SCHEMA_VERSION) {
    throw new UserError(
      `${path} was written by a newer plumb (schema ${version}, this one reads up to ${SCHEMA_VERSION}): update plumb`,
      2,
    );
  }
  return version;
}

function notARun(path: string, cause?: unknown): UserError {
  return new UserError(`${path} is not a run of plumb's`, 2, { cause });
}

function isForeign(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "SQLITE_NOTADB";
}
