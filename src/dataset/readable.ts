import { UserError } from "../config/user-error.ts";

const REASONS: Record<string, string> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
  ENOTDIR: "it is no folder",
};

/**
 * The outcome of reading a file.
 * @throws UserError (exit 2) naming the file and the reason where it cannot be read
 */
export async function readable<T>(path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(`cannot read ${path}: ${REASONS[code ?? ""] ?? message}`, 2, { cause: error });
  }
}
