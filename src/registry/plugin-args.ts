import { Mistakes } from "../config/mistakes.ts";
import { UserError } from "../config/user-error.ts";
import type { Options, PlainOptions, StandardIssue, StandardSchema } from "../contract/options.ts";
import { nearest } from "./nearest.ts";
import { isSchema, valueFault } from "./options-shape.ts";

export type Args = Record<string, unknown>;

/** What of a plugin its arguments are checked against. */
export interface Configurable {
  name: string;
  options?: Options;
}

/**
 * A plugin's own arguments, checked against the options that it declares, defaults filled in.
 * @param where what they were given by, such as `--api-args`
 * @throws UserError (exit 2) naming `where`, the plugin, and each key with what is wrong
 */
export async function checkPluginArgs({ name, options }: Configurable, args: Args, where: string): Promise<Args> {
  const mistakes = new Mistakes();
  const add = (line: string) => mistakes.add(`${where}: ${name}: ${line}`);
  if (options === undefined) {
    if (Object.keys(args).length > 0) mistakes.add(`${where}: ${name} takes no options`);
    mistakes.throwIfAny();
    return {};
  }
  const checked = isSchema(options) ? await bySchema(options, args, add) : byPlainOptions(options, args, add);
  mistakes.throwIfAny();
  return sendable(checked, `${where}: ${name}`);
}

function byPlainOptions(options: PlainOptions, given: Args, add: (line: string) => void): Args {
  const args = Object.fromEntries(Object.entries(given).map(([key, value]) => [ownName(key, options), value]));
  for (const key of Object.keys(args).filter((key) => !Object.hasOwn(options, key))) {
    const near = nearest(key, Object.keys(options));
    const hint = near === undefined ? `it knows ${Object.keys(options).join(", ") || "none"}` : `did you mean ${near}?`;
    add(`unknown option "${key}": ${hint}`);
  }
  const checked: Args = {};
  for (const [key, option] of Object.entries(options)) {
    const value = Object.hasOwn(args, key) ? args[key] : option.default;
    if (value === undefined) {
      if (option.required) add(`"${key}" is missing${option.help === undefined ? "" : `: ${option.help}`}`);
      continue;
    }
    const fault = valueFault(value, option);
    if (fault !== null) add(`"${key}" ${fault}`);
    checked[key] = value;
  }
  return checked;
}

/** The option's name in its author's writing: a script's targetInputLen is target_input_len too. */
function ownName(key: string, options: PlainOptions): string {
  if (Object.hasOwn(options, key)) return key;
  const folded = (name: string) => name.replace(/[_-]/g, "").toLowerCase();
  return Object.keys(options).find((name) => folded(name) === folded(key)) ?? key;
}

async function bySchema(schema: StandardSchema, args: Args, add: (line: string) => void): Promise<Args> {
  const result = await schema["~standard"].validate(args);
  if (result.issues !== undefined) {
    for (const issue of result.issues) add(`${pathOf(issue)}${issue.message}`);
    return {};
  }
  if (typeof result.value === "object" && result.value !== null) return result.value as Args;
  add("its schema makes no object of the options");
  return {};
}

function pathOf({ path }: StandardIssue): string {
  const keys = (path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
  return keys.length === 0 ? "" : `"${keys.join(".")}" `;
}

/** They go to the engines and into the record: what no process can be sent is found here, not in the middle. */
function sendable(args: Args, where: string): Args {
  try {
    return structuredClone(args);
  } catch (error) {
    throw new UserError(`${where}: its schema makes something that is not plain data of the options`, 2, {
      cause: error,
    });
  }
}
