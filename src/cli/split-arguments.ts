import { camelName } from "./flag.ts";

/** A flag where it stands on the command line, and what stands behind it up to the next one. */
export interface WrittenFlag {
  /** As it was written, without a value: `--max_tokens`, `-n`. */
  written: string;
  /** In camelCase, or the letter of a short one. */
  name: string;
  /** What follows its `=`. */
  inline: string | null;
  following: string[];
}

interface SplitArguments {
  /** Before the first flag. */
  leading: string[];
  flags: WrittenFlag[];
  /** After `--`. */
  trailing: string[];
}

/** `--name`, `--name=value`, `-n`, `-n=5`, `-n5`. Anything else, `-1` and `- item` too, is a value. */
const FLAG = /^(?:--([a-z][\w-]*)(?:=(.*))?|-([a-z])(?:=?(.+))?)$/is;

/** How one argument reads as a flag; null if it is a value. */
export function readFlag(argument: string): Omit<WrittenFlag, "following"> | null {
  const match = FLAG.exec(argument);
  if (match === null) return null;
  const [, long, longValue, short, shortValue] = match;
  if (long !== undefined) return { written: `--${long}`, name: camelName(long), inline: longValue ?? null };
  return { written: `-${short}`, name: short ?? "", inline: shortValue ?? null };
}

/**
 * Cuts a command line into flags.
 * @param keepsNext says of a flag's name and the argument behind it whether that one is its value though it looks like
 *   a flag: a key may begin with a dash
 */
export function splitArguments(rawArgs: string[], keepsNext: (name: string, next: string) => boolean): SplitArguments {
  const end = rawArgs.indexOf("--");
  const split: SplitArguments = { leading: [], flags: [], trailing: end === -1 ? [] : rawArgs.slice(end + 1) };
  let current: WrittenFlag | undefined;
  for (const argument of end === -1 ? rawArgs : rawArgs.slice(0, end)) {
    const kept = current?.inline === null && current.following.length === 0 && keepsNext(current.name, argument);
    const flag = kept ? null : readFlag(argument);
    if (flag !== null) {
      current = { ...flag, following: [] };
      split.flags.push(current);
    } else (current?.following ?? split.leading).push(argument);
  }
  return split;
}
