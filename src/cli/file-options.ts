import { type FileOption, readConfigFile } from "../config/config-file.ts";
import { splitCredentials } from "../config/endpoint.ts";
import { isSecretName, splitHeader } from "../config/headers.ts";
import type { Mistakes } from "../config/mistakes.ts";
import { UserError } from "../config/user-error.ts";
import { optionTexts } from "../script/option-texts.ts";
import { CONFIG_FLAGS } from "./config-flags.ts";
import { camelName, type Flag, type FlagTable, kebabName } from "./flag.ts";
import { collectFlags, type FlagReading, nearestFlag } from "./flags.ts";

type ConfigurableTable = FlagTable & typeof CONFIG_FLAGS;

/**
 * A command's arguments together with the options of the file that its --config names. What stands on the command line
 * goes before what the file says of the same option, lists too.
 */
export function collectOptions<Table extends ConfigurableTable>(
  rawArgs: string[],
  table: Table,
  mistakes: Mistakes,
): FlagReading<Table> {
  const reading = collectFlags(rawArgs, table, { positionals: 0 }, mistakes);
  const path = reading.values.config as string | undefined;
  const options = path === undefined ? undefined : mistakes.attempt(() => readConfigFile(path, mistakes), "--config");
  if (path === undefined || options === undefined) return reading;
  const file = readOptions(options, table, reading.given, mistakes);
  return {
    ...reading,
    values: { ...reading.values, ...file.values },
    texts: { ...file.texts, ...reading.texts },
    given: new Set([...reading.given, ...Object.keys(file.texts)]),
    warnings: [...reading.warnings, ...file.warnings],
  };
}

interface FileReading {
  values: Record<string, unknown>;
  texts: Record<string, string[]>;
  warnings: string[];
}

function readOptions(
  options: FileOption[],
  table: FlagTable,
  given: ReadonlySet<string>,
  mistakes: Mistakes,
): FileReading {
  const reading: FileReading = { values: {}, texts: {}, warnings: [] };
  const seen = new Set<string>();
  for (const option of options) {
    const name = camelName(option.key);
    const flag = mistakes.attempt(() => flagOf(name, option, table, seen), option.where);
    seen.add(name);
    if (flag === undefined) continue;
    if (flag.ignored) reading.warnings.push(`${option.where}: ${option.key} has no effect in plumb`);
    if (flag.ignored || given.has(name)) continue;
    mistakes.attempt(() => {
      const texts = optionTexts(name, option.value, flag);
      reading.values[name] = flag.read(texts);
      reading.texts[name] = texts;
      if (holdsSecret(name, texts)) reading.warnings.push(secretWarning(option));
    }, `${option.where}: ${option.key}`);
  }
  return reading;
}

/** @throws UserError where there is no such option, or it has no place in a file, or stands there twice */
function flagOf(name: string, { key }: FileOption, table: FlagTable, seen: ReadonlySet<string>): Flag<unknown> {
  const flag = Object.hasOwn(table, name) ? table[name] : undefined;
  if (flag === undefined) {
    const near = nearestFlag(table, name);
    throw new UserError(`unknown option ${key}${near === null ? "" : `: did you mean ${near}?`}`, 2);
  }
  if (Object.hasOwn(CONFIG_FLAGS, name)) throw new UserError(`${key} is for the command line alone`, 2);
  if (seen.has(name)) throw new UserError(`${kebabName(name)} stands there twice, as ${key} too`, 2);
  return flag;
}

function holdsSecret(name: string, texts: string[]): boolean {
  if (name === "apiKey") return true;
  if (name === "headers") return texts.some((text) => isSecretName(splitHeader(text)?.name ?? ""));
  return (name === "url" || name === "proxy") && texts.some(hasCredentials);
}

function hasCredentials(url: string): boolean {
  try {
    return splitCredentials(url).credentials !== null;
  } catch {
    // What is wrong with it is told where it is used.
    return false;
  }
}

function secretWarning({ where, key }: FileOption): string {
  return `${where}: ${key} holds a secret that everyone who reads the file has: prefer api-key-file`;
}
