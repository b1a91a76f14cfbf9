import { existsSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import os from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { Mistakes } from "../config/mistakes.ts";
import { UserError } from "../config/user-error.ts";
import { distrust } from "./trust.ts";

interface Discovery {
  /** Absolute real paths, each once. */
  files: string[];
  /** One line for each folder that was left out. */
  warnings: string[];
}

const EXTENSION = /\.(?:ts|js|mts)$/;
/** Neighbours that plugins import begin with `_`; declarations hold no code. */
const NO_PLUGIN = /^[._]|\.d\.m?ts$/;

/**
 * The plugin files of the folders that are always looked at, and of the files and folders that were named. Never of
 * the working directory as such: to enter a folder must not run what lies in it.
 * @param where what the paths were named by
 * @throws UserError naming each named path that is not there or holds no plugin
 */
export function discoverPlugins(named: string[], folders = standingFolders(), where = "--plugins"): Discovery {
  const warnings: string[] = [];
  const files = folders.filter((folder) => existsSync(folder)).flatMap((folder) => trustedFiles(folder, warnings));
  const mistakes = new Mistakes();
  for (const path of named) files.push(...(mistakes.attempt(() => namedFiles(path), where) ?? []));
  mistakes.throwIfAny();
  return { files: [...new Set(files)], warnings };
}

/** Beside the executable, which Bun itself is not; in the user's configuration. A relative one would be the cwd's. */
function standingFolders(): string[] {
  const beside = Bun.isStandaloneExecutable ? [join(dirname(realpathSync(process.execPath)), "plugins")] : [];
  const { XDG_CONFIG_HOME: said } = process.env;
  const config = said !== undefined && isAbsolute(said) ? said : join(os.homedir(), ".config");
  return isAbsolute(config) ? [...beside, join(config, "plumb", "plugins")] : beside;
}

function trustedFiles(folder: string, warnings: string[]): string[] {
  let reason: string | null;
  try {
    reason = distrust(folder);
    if (reason === null) return statSync(folder).isDirectory() ? filesIn(folder) : [];
  } catch (error) {
    reason = (error as Error).message;
  }
  warnings.push(`no plugins are loaded from ${folder}: ${reason}; or name it with --plugins`);
  return [];
}

function namedFiles(path: string): string[] {
  const found: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UserError(`no such file or folder: ${path}`, 2);
  if (found.isDirectory()) {
    const files = filesIn(path);
    if (files.length === 0) throw new UserError(`${path} holds no .ts, .js or .mts file`, 2);
    return files;
  }
  if (!EXTENSION.test(path)) throw new UserError(`${path} is no .ts, .js or .mts file`, 2);
  return [realpathSync(resolve(path))];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => EXTENSION.test(name) && !NO_PLUGIN.test(name))
    .sort()
    .map((name) => realpathSync(join(folder, name)))
    .filter((path) => statSync(path).isFile());
}
