import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readable } from "./readable.ts";

/**
 * Paths of the files in a folder, in the order of their names; subfolders and hidden files are left out.
 * @throws UserError (exit 2) naming the folder where it cannot be read
 */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readable(folder, readdir(folder, { withFileTypes: true }));
  const names = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith(".")).map(({ name }) => name);
  return names.sort().map((name) => join(folder, name));
}

/** @throws UserError (exit 2) naming the file where it cannot be read */
export function wholeFile(path: string): Promise<Uint8Array> {
  return readable(path, readFile(path));
}
