import { UserError } from "../config/user-error.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { DatasetPlugin } from "../contract/dataset.ts";
import type { Options, PlainOption } from "../contract/options.ts";
import { isSchema } from "../registry/options-shape.ts";
import type { Registered, Registry } from "../registry/registry.ts";
import { shownPath } from "../registry/shown-path.ts";
import { alignedLines } from "../report/text-table.ts";
import { readFlags } from "./flags.ts";
import { findPlugins } from "./plugin-folders.ts";
import { PLUGINS_FLAG } from "./plugins-list.ts";
import { printResult } from "./print-result.ts";

/** `plumb plugins show NAME` */
export async function showPlugin(rawArgs: string[]): Promise<number> {
  const { values, positionals } = readFlags(rawArgs, PLUGINS_FLAG, { positionals: 1 });
  const [name] = positionals;
  if (name === undefined) throw new UserError("plugins show: name a plugin, such as plumb plugins show openai", 2);
  const { apis, datasets } = await findPlugins(values.plugins);
  const parts: string[] = [];
  if (apis.has(name)) parts.push(describeApi(apis.find(name)));
  if (datasets.has(name)) parts.push(describeDataset(datasets.find(name)));
  if (parts.length === 0) throw unknownPlugin(name, apis, datasets);
  await printResult([parts.join("\n")]);
  return 0;
}

function describeApi({ plugin, file }: Registered<ApiPlugin>): string {
  const { endpoint = "", framing = "sse", produces = "text" } = plugin;
  const tail = (applyChatTemplate: boolean) =>
    typeof endpoint === "function" ? endpoint({ applyChatTemplate }) : endpoint;
  const tails = [...new Set([tail(true), tail(false)])].filter((one) => one !== "");
  const facts = [
    ["endpoint", tails.length === 0 ? "the URL as given" : tails.join(", or without a chat template ")],
    ["streams as", framing],
    ["produces", produces],
  ];
  return describe(plugin, "API", file, facts, "--api-args");
}

function describeDataset({ plugin, file }: Registered<DatasetPlugin>): string {
  return describe(plugin, "dataset", file, [], "--dataset-args");
}

function describe(
  { name, aliases = [], options }: ApiPlugin | DatasetPlugin,
  kind: string,
  file: string | null,
  facts: string[][],
  flag: string,
): string {
  const also = aliases.length === 0 ? [] : [["also called", aliases.join(", ")]];
  const origin = ["from", file === null ? "built in" : shownPath(file)];
  const lines = alignedLines([...also, origin, ...facts], ["left", "left"]);
  return [`${name} (${kind})`, ...[...lines, ...describeOptions(options, flag)].map((line) => `  ${line}`), ""].join(
    "\n",
  );
}

function describeOptions(options: Options | undefined, flag: string): string[] {
  if (options === undefined) return ["no options of its own"];
  if (isSchema(options)) return [`options (${flag}) are checked by a schema of ${options["~standard"].vendor}`];
  const rows = Object.entries(options).map(([key, option]) => [
    `  ${key}`,
    valuesOf(option),
    presetOf(option),
    option.help ?? "",
  ]);
  if (rows.length === 0) return ["no options of its own"];
  return [
    `options, by ${flag} '{"${rows[0]![0]!.trim()}": ...}':`,
    ...alignedLines(rows, ["left", "left", "left", "left"]),
  ];
}

function valuesOf({ type, choices }: PlainOption): string {
  return choices === undefined ? type : choices.map((choice) => JSON.stringify(choice)).join("|");
}

function presetOf({ default: preset, required }: PlainOption): string {
  if (preset !== undefined) return `default ${JSON.stringify(preset)}`;
  return required ? "required" : "";
}

function unknownPlugin(name: string, apis: Registry<ApiPlugin>, datasets: Registry<DatasetPlugin>): UserError {
  const names = [...apis.all(), ...datasets.all()].map(({ plugin }) => plugin.name);
  return new UserError(`plugins show ${name}: no such API or dataset; there are ${names.join(", ")}`, 2);
}
