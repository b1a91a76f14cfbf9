import { isAbsolute, relative } from "node:path";

/** A path as a person would write it here: short where it lies below the working directory, else whole. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === "" || short.startsWith("..") || isAbsolute(short) ? path : short;
}
