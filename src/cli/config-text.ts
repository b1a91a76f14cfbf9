import { stringify } from "yaml";
import { splitCredentials } from "../config/endpoint.ts";
import { sortHeaders, splitHeader } from "../config/headers.ts";
import { Mistakes } from "../config/mistakes.ts";
import { optionTexts } from "../script/option-texts.ts";
import { CONFIG_FLAGS } from "./config-flags.ts";
import { type Flag, type FlagTable, kebabName } from "./flag.ts";
import type { FlagReading } from "./flags.ts";

/**
 * A run's options as a file that --config reads back to the same. Those that were given stand there; defaults are
 * comments, for some options change others by being given. Secrets are left out.
 */
export function configText<Table extends FlagTable>(table: Table, { texts }: FlagReading<Table>): string {
  const lines = ["# Options of a run for --config. Commented lines are defaults."];
  for (const [name, flag] of Object.entries<Flag<unknown>>(table)) {
    if (flag.ignored || Object.hasOwn(CONFIG_FLAGS, name)) continue;
    const written = texts[name];
    if (written !== undefined) lines.push(...givenLines(name, flag, written, texts.redact ?? []));
    else if (flag.default !== undefined) lines.push(`# ${kebabName(name)}: ${defaultText(flag.default)}`);
  }
  return `${lines.join("\n")}\n`;
}

function givenLines(name: string, flag: Flag<unknown>, texts: string[], redact: string[]): string[] {
  const open = withoutSecrets(name, texts, redact);
  const left = open.leftOut === null ? [] : [`# ${kebabName(name)}: ${open.leftOut} left out`];
  return open.texts === null ? left : [...left, yamlLine(name, givenValue(name, flag, open.texts))];
}

interface OpenTexts {
  /** null: nothing of it may be shown. */
  texts: string[] | null;
  leftOut: string | null;
}

function withoutSecrets(name: string, texts: string[], redact: string[]): OpenTexts {
  if (name === "apiKey") return { texts: null, leftOut: "a secret is" };
  if (name === "headers") return openHeaders(texts, redact);
  if (name !== "url" && name !== "proxy") return { texts, leftOut: null };
  // Of several proxies the last one counts.
  const split = (name === "proxy" ? texts.slice(-1) : texts).map(splitCredentials);
  if (split.every(({ credentials }) => credentials === null)) return { texts, leftOut: null };
  return { texts: split.map(({ url }) => url), leftOut: "its password is" };
}

function openHeaders(texts: string[], redact: string[]): OpenTexts {
  // What may be shown is decided where it is decided for the record.
  const { open } = sortHeaders(
    texts,
    redact.flatMap((names) => names.split(",")),
    new Mistakes(),
  );
  const shown = texts.filter((text) => Object.hasOwn(open, splitHeader(text)?.name ?? ""));
  const hidden = texts.length - shown.length;
  return { texts: shown.length === 0 ? null : shown, leftOut: hidden === 0 ? null : `${hidden} secret` };
}

function givenValue(name: string, flag: Flag<unknown>, texts: string[]): unknown {
  if (flag.negative !== undefined) return (texts[0] ?? "true").toLowerCase() === "true";
  // It stood alone.
  if (texts.length === 0) return flag.read([]);
  // Of several values a flag that takes one keeps the last.
  if (flag.claims(["1", "1"]) < 2) return scalar(name, flag, texts.at(-1)!);
  return texts.length === 1 ? scalar(name, flag, texts[0]!) : texts.map((text) => scalar(name, flag, text));
}

function scalar(name: string, flag: Flag<unknown>, text: string): unknown {
  if (String(Number(text)) === text && Number.isFinite(Number(text))) return Number(text);
  return text.trimStart().startsWith("{") ? (objectOf(name, flag, text) ?? text) : text;
}

/** Written as YAML where it reads back as the same object; null: it does not. */
function objectOf(name: string, flag: Flag<unknown>, text: string): object | null {
  try {
    const value = JSON.parse(text) as object;
    flag.read(optionTexts(name, value, flag));
    return value;
  } catch {
    return null;
  }
}

/** On one line, for it is a comment. */
function defaultText(value: unknown): string {
  if (value === Number.POSITIVE_INFINITY) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function yamlLine(name: string, value: unknown): string {
  return stringify({ [kebabName(name)]: value }, { lineWidth: 0 }).trimEnd();
}
