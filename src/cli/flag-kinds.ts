import { readDuration } from "../config/duration.ts";
import { readTextFile } from "../config/text-file.ts";
import { UserError } from "../config/user-error.ts";
import type { Flag } from "./flag.ts";

/** What the author of a flag says of it; the kind knows the rest. */
interface About<Default> extends Partial<Pick<Flag<unknown>, "hint" | "alias" | "secret">> {
  help: string;
  default?: Default;
}

interface Range {
  min?: number;
  max?: number;
}

const one = (following: string[]): number => Math.min(following.length, 1);
const all = (following: string[]): number => following.length;
const isSwitchValue = (text: string | undefined): boolean => /^(?:true|false)$/i.test(text ?? "");

/** A flag with exactly one value, which `parse` understands. */
export function single<Value, const Default extends Value | undefined = undefined>(
  parse: (text: string) => Value,
  about: About<Default>,
): Flag<Value | Default> {
  return {
    hint: "TEXT",
    secret: false,
    ignored: false,
    adds: false,
    claims: one,
    ...about,
    default: about.default as Default,
    read: (values) => parse(onlyValue(values)) as Exclude<Value | Default, undefined>,
  };
}

/** A flag with any number of values, each of which `parse` understands. Numbers may also be parted by commas. */
export function several<Value, const Default extends Value[] | undefined = undefined>(
  parse: (text: string) => Value,
  about: About<Default> & { commas: boolean; replaces?: boolean },
): Flag<Value[] | Default> {
  const parts = (text: string): string[] => (about.commas ? text.split(",").filter((part) => part !== "") : [text]);
  return {
    hint: "TEXT...",
    secret: false,
    ignored: false,
    adds: about.replaces !== true,
    claims: all,
    ...about,
    default: about.default as Default,
    read(values) {
      const items = values.flatMap(parts);
      if (items.length === 0) throw new UserError("needs a value", 2);
      return items.map(parse) as Exclude<Value[] | Default, undefined>;
    },
  };
}

/** On, or with `--no-` in front off; `true` or `false` may also be said. */
export function toggle<const Default extends boolean | undefined = undefined>(
  about: About<Default> & { negative?: string },
): Flag<boolean | Default> {
  return {
    hint: "",
    secret: false,
    ignored: false,
    adds: false,
    claims: (following) => (isSwitchValue(following[0]) ? 1 : 0),
    negative: "",
    ...about,
    default: about.default as Default,
    read(values) {
      const text = values[0] ?? "true";
      if (!isSwitchValue(text)) throw new UserError(`"${text}" is neither true nor false`, 2);
      return (text.toLowerCase() === "true") as Exclude<boolean | Default, undefined>;
    },
  };
}

/** Another tool's flag: takes whatever stands behind it and means nothing. */
export function ignored(): Flag<undefined> {
  return {
    help: "no effect",
    hint: "",
    negative: "no effect",
    default: undefined,
    secret: true,
    ignored: true,
    adds: true,
    claims: all,
    read: () => undefined as never,
  };
}

/** The flag with its value made optional: alone it means `alone`. */
export function orAlone<Value>(flag: Flag<Value>, alone: Exclude<Value, undefined>): Flag<Value> {
  return {
    ...flag,
    claims: (following) => (/^-?\d/.test(following[0] ?? "") ? 1 : 0),
    read: (values) => (values.length === 0 ? alone : flag.read(values)),
  };
}

export function asText(text: string): string {
  if (text === "") throw new UserError("is empty", 2);
  return text;
}

export function asChoice<const Choice extends string>(choices: readonly Choice[]): (text: string) => Choice {
  return (text) => {
    const choice = choices.find((known) => known === text);
    if (choice === undefined) throw new UserError(`"${text}" is none of ${choices.join(", ")}`, 2);
    return choice;
  };
}

export function asNumber(range: Range = {}): (text: string) => number {
  return (text) => inRange(text, /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i, "a number", range);
}

export function asWhole(range: Range = {}): (text: string) => number {
  return (text) => inRange(text, /^[+-]?\d+$/, "a whole number", range);
}

/** Seconds, of `60s`, `2m`, `1h`, `500ms` or a plain number of seconds; the range is in seconds. */
export function asDuration({ min = 0 }: Range = {}): (text: string) => number {
  return (text) => {
    const seconds = readDuration(text);
    if (seconds < min) throw new UserError(`${text} is below the least allowed, ${min} s`, 2);
    return seconds;
  };
}

/** The same, or `none`, which is Infinity. */
export function asDurationOrNone(range: Range = {}): (text: string) => number {
  return (text) => (text === "none" ? Number.POSITIVE_INFINITY : asDuration(range)(text));
}

/** A text, or the contents of the file that `@` names. */
export function asTextOrFile(text: string): string {
  return text.startsWith("@") ? readTextFile(text.slice(1)) : asText(text);
}

/** A JSON object, or `@` and the file it is in. */
export function asJsonObject(text: string): Record<string, unknown> {
  const value = asJson(text);
  if (!isObject(value)) throw new UserError('must be a JSON object, such as {"key": 1}', 2);
  return value;
}

/** The same, or a list of them with at least one. */
export function asJsonObjects(example: string): (text: string) => Record<string, unknown>[] {
  return (text) => {
    const value = asJson(text);
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length > 0 && list.every(isObject)) return list;
    throw new UserError(`must be a JSON object, such as ${example}, or a list of them`, 2);
  };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(asTextOrFile(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`not valid JSON (${error.message})`, 2, { cause: error });
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function onlyValue(values: string[]): string {
  const value = values.at(-1);
  if (value === undefined) throw new UserError("needs a value", 2);
  return value;
}

function inRange(text: string, shape: RegExp, noun: string, { min, max }: Range): number {
  const value = Number(text);
  if (!shape.test(text) || !Number.isFinite(value)) throw new UserError(`"${text}" is not ${noun}`, 2);
  if (value < (min ?? value)) throw new UserError(`${text} is below the least allowed, ${min}`, 2);
  if (value > (max ?? value)) throw new UserError(`${text} is above the most allowed, ${max}`, 2);
  return value;
}
