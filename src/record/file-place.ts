import type { Database } from "bun:sqlite";
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../config/user-error.ts";

/**
 * Where a database file stands. A file that is deleted or moved while it is open takes every write without complaint,
 * and all of it is gone when it is closed: only a look at the path tells.
 */
export class FilePlace {
  readonly #identity: string | null;
  /** The file at the path is a new one with all that the open file holds. */
  isRestored = false;

  constructor(readonly path: string) {
    this.#identity = identityOf(path);
  }

  /** Whether the open file is no longer the one at its path. Costs one call of the system. */
  get isLost(): boolean {
    return this.#identity !== null && identityOf(this.path) !== this.#identity;
  }

  /** @throws UserError where it is lost */
  check(): void {
    if (this.isLost) throw new UserError(`${this.path} was deleted or replaced while the run went on`, 1);
  }

  /** Writes what the open file holds to the path again. @throws where something else stands there, or it cannot write */
  restore(db: Database): void {
    mkdirSync(dirname(this.path), { recursive: true });
    db.run("VACUUM INTO ?", [this.path]);
    this.isRestored = true;
  }
}

/** null: there is no file. */
function identityOf(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
}
