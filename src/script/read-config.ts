import { distance } from "fastest-levenshtein";
import { CONFIG_FLAGS } from "../cli/config-flags.ts";
import { type FlagTable, type FlagValues, kebabName } from "../cli/flag.ts";
import { SLA_FLAGS } from "../cli/plan-flags.ts";
import { RUN_FLAGS } from "../cli/run-flags.ts";
import type { Mistakes } from "../config/mistakes.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { DatasetPlugin } from "../contract/dataset.ts";
import type { BenchmarkConfig } from "../contract/script.ts";
import { type Plugin, readPlugins } from "../registry/plugin-shape.ts";
import { optionTexts } from "./option-texts.ts";

/** What a script alone can say. */
const SCRIPT_OPTIONS = ["onProgress", "onNotice", "signal", "giveUp"];
/** What only the command line reads and prints. */
const COMMAND_LINE = [
  "html",
  "json",
  "lang",
  "strict",
  "calibrate",
  ...Object.keys(CONFIG_FLAGS),
  ...Object.keys(SLA_FLAGS),
];
const FLAGS: FlagTable = Object.fromEntries(Object.entries(RUN_FLAGS).filter(([name]) => !COMMAND_LINE.includes(name)));

interface ConfigReading {
  options: FlagValues<typeof RUN_FLAGS>;
  /** Names of the options that were given. */
  given: Set<string>;
  own: { api?: ApiPlugin; dataset?: DatasetPlugin };
}

/** A script's configuration by the flags' own readers and defaults; an option with a mistake has its default. */
export function readConfig(config: BenchmarkConfig, mistakes: Mistakes): ConfigReading {
  const own = ownPlugins(config, mistakes);
  const values = Object.fromEntries(Object.entries(RUN_FLAGS).map(([name, flag]) => [name, flag.default as unknown]));
  const given = new Set<string>();
  for (const [name, said] of Object.entries(config) as [string, unknown][]) {
    if (said === undefined) continue;
    if (SCRIPT_OPTIONS.includes(name)) checkScriptOption(name, said, mistakes);
    const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
    if (flag === undefined || flag.ignored) {
      if (!SCRIPT_OPTIONS.includes(name)) mistakes.add(unknownOption(name));
      continue;
    }
    given.add(name);
    const value = own[name as keyof typeof own]?.name ?? said;
    // One with a fault, which has been told.
    if (isObject(value) && (name === "api" || name === "dataset")) continue;
    values[name] = mistakes.attempt(() => flag.read(optionTexts(name, value, flag)), name) ?? flag.default;
  }
  if (own.api !== undefined && (config.engines ?? 1) !== 1) {
    mistakes.add("engines: an api of the script's own runs in its process, as one engine: leave engines out");
  }
  return { options: values as FlagValues<typeof RUN_FLAGS>, given, own };
}

/** In the words of a script: `--max-tokens` is `maxTokens`, `--no-stream` is `stream: false`. */
export function inScriptsWords(message: string): string {
  return message.replace(/--(no-)?([a-z]+(?:-[a-z]+)*)/g, (written, no: string | undefined, kebab: string) => {
    const name = Object.keys(FLAGS).find((known) => kebabName(known) === kebab);
    if (name === undefined) return written;
    return no === undefined ? name : `${name}: false`;
  });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function ownPlugins({ api, dataset }: BenchmarkConfig, mistakes: Mistakes): ConfigReading["own"] {
  const own: ConfigReading["own"] = {};
  const read = (value: unknown, kind: Plugin["kind"]): Plugin["plugin"] | undefined => {
    const { plugins, faults } = readPlugins(value);
    for (const fault of faults) mistakes.add(`${kind}: ${fault}`);
    const [found] = plugins;
    if (found === undefined || found.kind === kind) return found?.plugin;
    mistakes.add(`${kind}: the plugin ${found.plugin.name} is of the kind ${found.kind}`);
    return undefined;
  };
  if (isObject(api)) own.api = read(api, "api") as ApiPlugin | undefined;
  if (isObject(dataset)) own.dataset = read(dataset, "dataset") as DatasetPlugin | undefined;
  return own;
}

function checkScriptOption(name: string, value: unknown, mistakes: Mistakes): void {
  const right = name.startsWith("on") ? typeof value === "function" : value instanceof AbortSignal;
  if (!right) mistakes.add(`${name}: it must be ${name.startsWith("on") ? "a function" : "an AbortSignal"}`);
}

function unknownOption(name: string): string {
  const known = [...Object.keys(FLAGS).filter((flag) => !FLAGS[flag]!.ignored), ...SCRIPT_OPTIONS];
  const [nearest] = known
    .map((option) => ({ option, far: distance(option.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.far - b.far);
  // Beyond a third of its letters a guess is noise.
  const near = nearest !== undefined && nearest.far <= Math.floor(name.length / 3);
  return `unknown option ${name}${near ? `: did you mean ${nearest.option}?` : ""}`;
}
