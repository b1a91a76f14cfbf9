import { writeFileSync } from "node:fs";
import { UserError } from "../config/user-error.ts";

/** Writes what a flag asks for. @throws UserError (exit 1) naming both */
export function writeAsked(flag: string, path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UserError(`${flag}: cannot write ${path}: ${(error as Error).message}`, 1, { cause: error });
  }
}
