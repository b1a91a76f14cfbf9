import type { DataOrder } from "../config/dataset.ts";
import type { RunConfig } from "../config/run-config.ts";
import { distributionOf } from "../metrics/distribution.ts";
import type { Distribution } from "../metrics/summary-model.ts";
import { figure, tally, whole } from "../report/figure-text.ts";
import type { Say } from "../report/language.ts";
import { barLines } from "../report/length-bars.ts";
import { printable, printableJson } from "../report/printable.ts";
import { alignedLines } from "../report/text-table.ts";
import { type InputLength, lengthsIn } from "./data-lengths.ts";
import { type DataRequest, readDataCommand } from "./data-request.ts";
import { printResult } from "./print-result.ts";

/** A dataset may be endless. */
const INPUTS = 10_000;
const COLUMNS = ["min", "p25", "p50", "p75", "p90", "p99", "max", "mean"] as const;

/** How many inputs, and how long they are. */
interface LengthStats {
  inputs: number;
  images: number;
  /** Of an input's texts, without what a chat template adds; null: there were no texts. */
  tokens: Distribution | null;
  characters: Distribution | null;
}

interface DataStats extends LengthStats {
  dataset: string;
  /** false: there are more. */
  complete: boolean;
  /** Inputs left out for their length. */
  left_out: number;
  by_kind: Record<string, number>;
  /** Of a mixture, or of data that tell parts apart. */
  parts: (LengthStats & { name: string })[];
}

/** `plumb data stats NAME` */
export async function dataStats(rawArgs: string[]): Promise<number> {
  const request = await readDataCommand("stats", rawArgs, INPUTS);
  const { config, count, stream, counting } = request;
  try {
    const lengths = await lengthsIn(stream, count, counting.counter);
    const stats = { dataset: config.dataset, ...(await found(request, lengths)) };
    await printResult([`${config.json ? printableJson(stats, 2) : textOf(stats, lengths, request).join("\n")}\n`]);
    return 0;
  } finally {
    await stream.close();
    counting.counter.close();
  }
}

async function found(
  { config, count, stream }: DataRequest,
  lengths: InputLength[],
): Promise<Omit<DataStats, "dataset">> {
  const left_out = stream.leftOut;
  const endless = config.data.parts.length > 0;
  const complete = lengths.length < count || (!endless && (await hasEnded(stream)));
  const by_kind: Record<string, number> = {};
  for (const { kind } of lengths) by_kind[kind] = (by_kind[kind] ?? 0) + 1;
  const parts = partsOf(lengths, config).map(([name, ofPart]) => ({ name, ...statsOf(ofPart) }));
  return { complete, left_out, by_kind, ...statsOf(lengths), parts };
}

/** What fails behind the inputs that were asked for is none of theirs. */
async function hasEnded(stream: DataRequest["stream"]): Promise<boolean> {
  return stream.take(1).then(
    (more) => more.length === 0,
    () => false,
  );
}

/** A mixture's in its order, those that the data tell apart in theirs; empty where no input says. */
function partsOf(lengths: InputLength[], { data }: RunConfig): [name: string, lengths: InputLength[]][] {
  const groups = Map.groupBy(lengths, ({ part }) => part);
  const names = new Set([...data.parts.map(({ name }) => name), ...groups.keys()]);
  return [...names].flatMap((name) => (name === null ? [] : [[name, groups.get(name) ?? []]]));
}

function statsOf(lengths: InputLength[]): LengthStats {
  return {
    inputs: lengths.length,
    images: lengths.reduce((sum, { images }) => sum + images, 0),
    tokens: distributionOf(Float64Array.from(known(lengths, "tokens"))),
    characters: distributionOf(Float64Array.from(known(lengths, "characters"))),
  };
}

function known(lengths: InputLength[], name: "tokens" | "characters"): number[] {
  return lengths.map((length) => length[name]).filter((value) => value !== null);
}

function textOf(stats: DataStats, lengths: InputLength[], { config, say }: DataRequest): string[] {
  const { dataset, inputs, left_out, by_kind, images, parts } = stats;
  const { tokenizerPath } = config.params;
  const tokenizer = tokenizerPath === undefined ? say("the embedded tokenizer (o200k_base)") : printable(tokenizerPath);
  const facts = [
    say("{dataset}: {inputs} ({kinds}), {extent}", {
      dataset: printable(dataset),
      inputs: say.counted(inputs, "input"),
      kinds: tally(by_kind) || "-",
      extent: extent(stats, config.data.order, say),
    }),
  ];
  if (left_out > 0) {
    facts.push(say("{n} more are left out for their length (--min/--max-prompt-length)", { n: whole(left_out) }));
  }
  if (images > 0) {
    facts.push(say("{images}, which the lengths leave out", { images: say.counted(images, "image") }));
  }
  const shares = parts.map(({ name, inputs: own }) => [
    `  ${printable(name)}`,
    whole(own),
    `${figure((100 * own) / inputs)} %`,
  ]);
  const rows = [...lengthRows("tokens", stats, say), ...lengthRows("characters", stats, say)];
  if (rows.length === 0) return facts;
  const named = partsOf(lengths, config).map(([name, ofPart]) => ({
    name: printable(name),
    values: known(ofPart, "tokens"),
  }));
  return [
    ...facts,
    ...alignedLines(shares, ["left", "right", "right"]),
    "",
    ...alignedLines(
      [[say("an input's"), ...COLUMNS.map(say.word)], ...rows],
      ["left", ...COLUMNS.map(() => "right" as const)],
    ),
    "",
    say("inputs by tokens"),
    ...barLines(known(lengths, "tokens"), named, say),
    "",
    say("counted with {tokenizer}, without what a chat template adds", { tokenizer }),
  ];
}

/** How much of what a run draws from was looked at. */
function extent({ complete }: DataStats, order: DataOrder, say: Say): string {
  if (complete) return order.kind === "sample" ? say("all of the sample") : say("all there are");
  return order.kind === "shuffled"
    ? say("the first ones in random order; -n N looks at more")
    : say("the first ones; -n N looks at more");
}

/** A line for all, and below it one for each part. */
function lengthRows(name: "tokens" | "characters", { parts, ...all }: DataStats, say: Say): string[][] {
  const row = (title: string, lengths: Distribution | null): string[][] =>
    lengths === null ? [] : [[title, ...COLUMNS.map((column) => shown(lengths, column))]];
  return [...row(say(name), all[name]), ...parts.flatMap((part) => row(`  ${printable(part.name)}`, part[name]))];
}

function shown(lengths: Distribution, column: (typeof COLUMNS)[number]): string {
  return column === "mean" ? figure(lengths.mean) : whole(lengths[column]);
}
