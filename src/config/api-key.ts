import { readTextFile } from "./text-file.ts";
import { UserError } from "./user-error.ts";

const VARIABLES = ["PLUMB_API_KEY", "OPENAI_API_KEY"];

interface KeySources {
  apiKey?: string;
  apiKeyFile?: string;
  /** The environment, a file of variables already merged in. */
  env: Record<string, string | undefined>;
}

/**
 * The key to send; null if nobody gave one. The flag goes before the file, the file before the environment.
 * @throws UserError that never shows the key
 */
export function findApiKey({ apiKey, apiKeyFile, env }: KeySources): string | null {
  if (apiKey !== undefined) return checked(apiKey, "--api-key");
  // An editor ends a file with a newline that is no part of the key.
  if (apiKeyFile !== undefined) return checked(keyOfFile(apiKeyFile).trim(), "--api-key-file");
  for (const name of VARIABLES) {
    const key = env[name];
    if (key !== undefined && key !== "") return checked(key, `the variable ${name}`);
  }
  return null;
}

function keyOfFile(path: string): string {
  try {
    return readTextFile(path);
  } catch (error) {
    // Without the cause, which names the path: people put the key itself there.
    if (!(error instanceof UserError)) throw error;
    throw new UserError("--api-key-file: the file cannot be read (its name is not shown, it may be the key)", 2);
  }
}

function checked(key: string, source: string): string {
  if (key === "") throw new UserError(`${source}: the key is empty: give it, or leave it out`, 2);
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new UserError(`${source}: the key (not shown) has a space, a newline or a character outside ASCII`, 2);
  }
  return key;
}
