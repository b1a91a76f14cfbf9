import { defineCommand } from "citty";
import { UserError } from "../config/user-error.ts";
import { type Entry, glossary } from "../metrics/glossary.ts";
import { nearest } from "../registry/nearest.ts";
import { labelledLines, wrapped } from "../report/labelled-line.ts";
import { toggle } from "./flag-kinds.ts";
import { helpArgs, readFlags } from "./flags.ts";
import { printResult } from "./print-result.ts";

const WIDEST = 80;
const NARROWEST = 40;
/** With less room beside the names, what they mean stands below them. */
const LEAST_ROOM = 32;
const TITLES: Record<Entry["kind"], string> = {
  verdict: "the verdict",
  evidence: "evidence for it",
  figure: "figures",
  error: "kinds of failure",
};

const FLAGS = { json: toggle({ help: "print it as JSON", default: false }) };

export default defineCommand({
  meta: { name: "explain", description: "Say what a figure, a kind of failure or the verdict means" },
  args: {
    name: { type: "positional", required: false, description: "what to explain; without it, all names" },
    ...helpArgs(FLAGS),
  },
  async run({ rawArgs }) {
    const { values, positionals } = readFlags(rawArgs, FLAGS, { positionals: 1 });
    const [name] = positionals;
    const entries = glossary();
    const found = name === undefined ? entries : named(name, entries);
    // No terminal has no columns, and one that does not know its width says 0.
    const width = Math.max(NARROWEST, Math.min(WIDEST, process.stdout.columns || WIDEST));
    const text =
      name === undefined
        ? list(entries, width)
        : found.flatMap((entry) => [...explained(entry, width), ""]).slice(0, -1);
    await printResult([values.json ? `${JSON.stringify(found, null, 2)}\n` : `${text.join("\n")}\n`]);
  },
});

/** What has that name, else that alias, the way of writing aside. @throws UserError (exit 2) with the nearest name */
function named(asked: string, entries: Entry[]): Entry[] {
  const wanted = plain(asked);
  const found = entries.filter(({ name }) => plain(name) === wanted || plain(name) === `${wanted}_ms`);
  if (found.length > 0) return found;
  const called = entries.find(({ aliases }) => aliases.some((alias) => plain(alias) === wanted));
  if (called !== undefined) return [called];
  const near = nearest(
    wanted,
    entries.flatMap(({ name, aliases }) => [name, ...aliases]),
  );
  const hint = near === undefined ? "`plumb explain` lists all names" : `did you mean ${near}?`;
  throw new UserError(`explain: nothing is called "${asked}": ${hint}`, 2);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s-]+/g, "_");
}

function explained({ name, brief, details }: Entry, width: number): string[] {
  const room = Math.max(...details.map(([heading]) => heading.length)) + 2;
  return [
    name,
    ...wrapped(brief, width - 2).map((line) => `  ${line}`),
    "",
    ...details.flatMap(([heading, text]) => termLines(heading, text, width, room)),
  ];
}

/** A word and what it means, beside it or in a narrow terminal below it. */
function termLines(word: string, text: string, width: number, room: number): string[] {
  if (width - room >= LEAST_ROOM) return labelledLines(word, text, width, room);
  return [`  ${word}`, ...wrapped(text, width - 4).map((line) => `    ${line}`)];
}

function list(entries: Entry[], width: number): string[] {
  const room = Math.max(...entries.map(({ name }) => name.length)) + 2;
  const parts = Object.entries(TITLES).map(([kind, title]) => [
    title,
    ...entries.filter((entry) => entry.kind === kind).flatMap(({ name, brief }) => termLines(name, brief, width, room)),
    "",
  ]);
  return [
    ...parts.flat(),
    ...wrapped("plumb explain NAME tells more; plumb explain verdict says how it is made.", width),
  ];
}
