import { UserError } from "../config/user-error.ts";

/** What SQLite's codes mean to a person; the rest keep its own words. */
const REASONS: Record<string, string> = {
  SQLITE_FULL: "the disk is full",
  SQLITE_IOERR_WRITE: "the system refuses the write: the disk or a limit on file sizes is used up",
  SQLITE_IOERR_SHMSIZE: "the disk is full",
  SQLITE_READONLY: "it has become read-only",
  SQLITE_BUSY: "another program holds it locked",
};

/** Why something could not be written, for the person who has to mend it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return REASONS[code] ?? (error.message || code);
}

/** A run's file takes nothing more. */
export function writeFailure(path: string, cause: unknown): UserError {
  if (cause instanceof UserError) return cause;
  const message = `cannot write to ${path}: ${reasonOf(cause)}; free some disk, or choose another --outputs-dir`;
  return new UserError(message, 1, { cause });
}
