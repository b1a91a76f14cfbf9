import { readFileSync } from "node:fs";
import { UserError } from "./user-error.ts";

const REASONS: Record<string, string> = {
  ENOENT: "no such file",
  EISDIR: "it is a folder",
  EACCES: "no permission to read it",
};

/**
 * A small file that the command line names, as text.
 * @throws UserError without the flag's name, which the caller knows
 */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UserError(`cannot read "${path}": ${REASONS[code] ?? code}`, 2, { cause: error });
  }
}
