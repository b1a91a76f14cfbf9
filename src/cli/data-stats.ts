import type { Source } from "../contract/dataset.ts";
import type { Input } from "../contract/input.ts";
import { charactersIn, textsOf } from "../dataset/input-texts.ts";
import { onePass } from "../dataset/one-pass.ts";
import { distributionOf } from "../metrics/distribution.ts";
import type { Distribution } from "../metrics/summary-model.ts";
import { counted, figure, tally, whole } from "../report/figure-text.ts";
import { barLines } from "../report/length-bars.ts";
import { printable, printableJson } from "../report/printable.ts";
import { alignedLines } from "../report/text-table.ts";
import { type DataRequest, readDataCommand } from "./data-request.ts";
import { printResult } from "./print-result.ts";

/** A dataset may be endless. */
const INPUTS = 10_000;
const COLUMNS = ["min", "p25", "p50", "p75", "p90", "p99", "max", "mean"] as const;

interface DataStats {
  dataset: string;
  /** Inputs that a run would send. */
  inputs: number;
  /** false: there are more. */
  complete: boolean;
  /** Inputs left out for their length. */
  left_out: number;
  by_kind: Record<string, number>;
  images: number;
  /** Of an input's texts, without what a chat template adds; null: there were no texts. */
  tokens: Distribution | null;
  characters: Distribution | null;
}

/** `plumb data stats NAME` */
export async function dataStats(rawArgs: string[]): Promise<number> {
  const request = await readDataCommand("stats", rawArgs, INPUTS);
  const lengths = { tokens: [], characters: [] };
  const stats = await counts(request, lengths);
  const { tokenizerPath = "the embedded tokenizer (o200k_base)" } = request.config.params;
  const shown = request.config.json
    ? printableJson(stats, 2)
    : text(stats, lengths, printable(tokenizerPath)).join("\n");
  await printResult([`${shown}\n`]);
  return 0;
}

interface Lengths {
  tokens: number[];
  characters: number[];
}

async function counts({ dataset, config, count, source, counter }: DataRequest, lengths: Lengths): Promise<DataStats> {
  const stats = { inputs: 0, left_out: 0, images: 0, complete: true, by_kind: {} as Record<string, number> };
  for await (const { input, allowed } of onePass(dataset, config.params, source, counter)) {
    if (stats.inputs + stats.left_out === count) {
      stats.complete = false;
      break;
    }
    if (!allowed) {
      stats.left_out++;
      continue;
    }
    stats.inputs++;
    stats.by_kind[input.kind] = (stats.by_kind[input.kind] ?? 0) + 1;
    stats.images += await measure(input, source, lengths);
  }
  const { tokens, characters } = lengths;
  return {
    dataset: dataset.name,
    ...stats,
    tokens: distributionOf(Float64Array.from(tokens)),
    characters: distributionOf(Float64Array.from(characters)),
  };
}

/** Notes down how long an input is; returns its images. */
async function measure(input: Input, source: Source, { tokens, characters }: Lengths): Promise<number> {
  if (input.kind === "tokens") {
    tokens.push(input.ids.length);
    return 0;
  }
  const { texts, images } = textsOf(input);
  if (texts.length > 0) {
    let sum = 0;
    for (const one of texts) sum += await source.countTokens(one);
    tokens.push(sum);
    characters.push(charactersIn(texts));
  }
  return images;
}

function text(stats: DataStats, lengths: Lengths, tokenizer: string): string[] {
  const { dataset, inputs, complete, left_out, by_kind, images, tokens, characters } = stats;
  const all = complete ? "all there are" : "the first ones; -n N looks at more";
  const facts = [`${dataset}: ${counted(inputs, "input")} (${tally(by_kind) || "none"}), ${all}`];
  if (left_out > 0) facts.push(`${whole(left_out)} more are left out for their length (--min/--max-prompt-length)`);
  if (images > 0) facts.push(`${counted(images, "image")}, which the lengths leave out`);
  const rows = [rowOf("tokens", tokens), rowOf("characters", characters)].filter((row) => row !== null);
  if (rows.length === 0) return facts;
  const align = ["left" as const, ...COLUMNS.map(() => "right" as const)];
  return [
    ...facts,
    "",
    ...alignedLines([["an input's", ...COLUMNS], ...rows], align),
    "",
    "inputs by tokens",
    ...barLines(lengths.tokens),
    "",
    `counted with ${tokenizer}, without what a chat template adds`,
  ];
}

function rowOf(name: string, lengths: Distribution | null): string[] | null {
  if (lengths === null) return null;
  return [name, ...COLUMNS.map((column) => (column === "mean" ? figure(lengths.mean) : whole(lengths[column])))];
}
