import type { ArgsDef } from "citty";
import { distance } from "fastest-levenshtein";
import { maskCredentials } from "../config/endpoint.ts";
import { isSecretName, splitHeader } from "../config/headers.ts";
import { Mistakes } from "../config/mistakes.ts";
import { type Flag, type FlagTable, type FlagValues, kebabName } from "./flag.ts";
import { OTHER_NAMES } from "./other-names.ts";
import { readFlag, splitArguments, type WrittenFlag } from "./split-arguments.ts";

export interface FlagReading<Table extends FlagTable> {
  /** Every flag's value or default. */
  values: FlagValues<Table>;
  /** What was written of those that were given, by camelCase name. */
  texts: Record<string, string[]>;
  positionals: string[];
  /** camelCase names of the flags that stood on the command line. */
  given: Set<string>;
  warnings: string[];
}

/**
 * A command's arguments, read strictly: what is unknown, misplaced or unreadable is an error that names it.
 * @throws UserError with every mistake, one a line
 */
export function readFlags<Table extends FlagTable>(
  rawArgs: string[],
  table: Table,
  limits: { positionals: number },
): FlagReading<Table> {
  const mistakes = new Mistakes();
  const reading = collectFlags(rawArgs, table, limits, mistakes);
  mistakes.throwIfAny();
  return reading;
}

/** As `readFlags`, but leaves the mistakes to the caller, who may find more; a flag with one has its default. */
export function collectFlags<Table extends FlagTable>(
  rawArgs: string[],
  table: Table,
  limits: { positionals: number },
  mistakes: Mistakes,
): FlagReading<Table> {
  const split = splitArguments(rawArgs, (name, next) => {
    const written = readFlag(next);
    return (findFlag(table, name)?.flag.secret ?? false) && written !== null && findFlag(table, written.name) === null;
  });
  const values: Record<string, string[]> = {};
  const loose = split.leading.map((text): LooseArgument => ({ text, behind: null }));
  for (const written of split.flags) {
    const found = findFlag(table, written.name);
    // What stands behind an unknown flag may well be its value, even a key: it is passed over in silence.
    if (found === null) mistakes.add(unknownFlag(table, written));
    else loose.push(...takeValues(found, written, values, mistakes));
  }
  loose.push(...split.trailing.map((text) => ({ text, behind: null })));
  for (const stray of loose.slice(limits.positionals)) mistakes.add(strayArgument(stray));
  return {
    values: readValues(table, values, mistakes),
    texts: values,
    positionals: loose.slice(0, limits.positionals).map(({ text }) => text),
    given: new Set(Object.keys(values)),
    warnings: ignoredFlags(table, values),
  };
}

/** The table as citty wants it for `--help`; citty's own reading of the arguments is not used. */
export function helpArgs(table: FlagTable): ArgsDef {
  const shown = Object.entries(table).filter(([, flag]) => !flag.ignored);
  return Object.fromEntries(shown.map(([name, flag]) => [kebabName(name), helpArg(flag)]));
}

function helpArg(flag: Flag<unknown>): ArgsDef[string] {
  const { help: description, negative: negativeDescription, alias, hint: valueHint } = flag;
  if (negativeDescription !== undefined) {
    // citty prints the line of --no-NAME where the default is true or the line has a text.
    return { type: "boolean", description, ...(flag.default === true && { default: true }), negativeDescription };
  }
  const shown = shownDefault(flag.default);
  return { type: "string", description, alias, valueHint, ...(shown !== "" && { default: shown }) };
}

function shownDefault(value: unknown): string {
  if (Array.isArray(value)) return value.join(" ");
  if (value === Number.POSITIVE_INFINITY) return "none";
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** An argument that is no flag's value, and the flag that it stands behind. */
interface LooseArgument {
  text: string;
  behind: { written: string; secret: boolean } | null;
}

interface Found {
  name: string;
  flag: Flag<unknown>;
  negated: boolean;
}

function findFlag(table: FlagTable, name: string): Found | null {
  const positive = name.replace(/^no([A-Z0-9])/, (_, letter: string) => letter.toLowerCase());
  for (const [known, flag] of Object.entries(table)) {
    if (known === name || flag.alias === name) return { name: known, flag, negated: false };
    if (known === positive && flag.negative !== undefined) return { name: known, flag, negated: true };
  }
  return null;
}

/** Notes down the values of a flag; returns what stands behind it without being one. */
function takeValues(
  { name, flag, negated }: Found,
  { written, inline, following }: WrittenFlag,
  values: Record<string, string[]>,
  mistakes: Mistakes,
): LooseArgument[] {
  if (flag.ignored) {
    values[name] = [];
    return [];
  }
  const claimed = negated || inline !== null ? 0 : flag.claims(following);
  const own = inline === null ? following.slice(0, claimed) : [inline];
  if (negated && inline !== null) mistakes.add(`${written} takes no value`);
  if (flag.adds && own.length === 0) mistakes.add(`--${kebabName(name)}: needs a value`);
  const before = flag.adds ? (values[name] ?? []) : [];
  values[name] = negated ? ["false"] : [...before, ...own];
  return following.slice(claimed).map((text) => ({ text, behind: { written, secret: flag.secret } }));
}

function readValues<Table extends FlagTable>(
  table: Table,
  values: Record<string, string[]>,
  mistakes: Mistakes,
): FlagValues<Table> {
  const read = Object.entries(table).map(([name, flag]) => {
    const texts = values[name];
    if (texts === undefined) return [name, flag.default];
    return [name, mistakes.attempt(() => flag.read(texts), `--${kebabName(name)}`) ?? flag.default];
  });
  return Object.fromEntries(read) as FlagValues<Table>;
}

function ignoredFlags(table: FlagTable, values: Record<string, string[]>): string[] {
  const names = Object.keys(values).filter((name) => table[name]?.ignored);
  if (names.length === 0) return [];
  const list = names.map((name) => `--${kebabName(name)}`).join(", ");
  return [`${list} ${names.length === 1 ? "has" : "have"} no effect in plumb`];
}

function unknownFlag(table: FlagTable, { written, name }: WrittenFlag): string {
  const near = nearestFlag(table, name);
  return `unknown flag ${written}: ${near === null ? "--help lists all" : `did you mean --${near}?`}`;
}

/** The flag that a mistyped name, or another tool's, most likely stands for, in kebab-case; null where none is near. */
export function nearestFlag(table: FlagTable, name: string): string | null {
  const ours = OTHER_NAMES.get(name);
  if (ours !== undefined && Object.hasOwn(table, ours)) return kebabName(ours);
  const wanted = kebabName(name);
  const known = Object.entries(table).flatMap(([key, { negative }]) =>
    negative === undefined ? [kebabName(key)] : [kebabName(key), `no-${kebabName(key)}`],
  );
  const nearest = known
    .map((candidate) => ({ candidate, far: candidate.startsWith(wanted) ? 1 : distance(candidate, wanted) }))
    .toSorted((a, b) => a.far - b.far)[0];
  // Beyond a third of its letters a guess is noise.
  const near = nearest !== undefined && nearest.far <= Math.max(1, Math.floor(wanted.length / 3)) && wanted.length > 1;
  return near ? nearest.candidate : null;
}

function strayArgument({ text, behind }: LooseArgument): string {
  const place = behind === null ? "" : ` behind ${behind.written} (quote a value that has spaces)`;
  if (behind?.secret) return `unexpected argument${place}; it is not shown`;
  const header = splitHeader(text);
  const shown = header !== null && isSecretName(header.name) ? `${header.name}=...` : maskCredentials(text);
  return `unexpected argument "${shown}"${place}`;
}
