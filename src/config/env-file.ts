import { parseEnv } from "node:util";
import { readTextFile } from "./text-file.ts";

/**
 * Variables of a file of `KEY=VALUE` lines (quotes, comments and `export` are understood).
 * @throws UserError if the file cannot be read
 */
export function readEnvFile(path: string): Record<string, string> {
  return parseEnv(readTextFile(path)) as Record<string, string>;
}

/** The environment, its gaps filled from the file: what was set for this one command goes before what lies on disk. */
export function withEnvFile(
  env: Record<string, string | undefined>,
  path: string | undefined,
): Record<string, string | undefined> {
  if (path === undefined) return env;
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== "");
  return { ...readEnvFile(path), ...Object.fromEntries(set) };
}
