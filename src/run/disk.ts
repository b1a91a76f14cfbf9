import { statfsSync } from "node:fs";
import type { RecordMode, RunConfig } from "../config/run-config.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { Input } from "../contract/input.ts";
import { requestsOf, stagesOf } from "../load/stages.ts";

/** A row of figures with its share of pages and index. */
const ROW_BYTES = 700;
/** Of a reply that nobody bounds. */
const USUAL_TOKENS = 512;
const TOKEN_TEXT_BYTES = 5;
/** A stamp and a count in their arrays. */
const EVENT_TIME_BYTES = 11;
/** A chunk of a chat stream, as today's servers write them: 200 to 300. */
const EVENT_BYTES = 250;
/** A reply that is no text: an embedding of 1,024 numbers, written out. */
const VECTOR_BYTES = 20_000;
const SHARE_OF_PAGES = 1.1;

/** "2.00", "15.5", "1,230" */
const THREE_DIGITS = new Intl.NumberFormat("en-US", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });

/** What a run's file is expected to become, in bytes: a figure to hold against a disk, no more exact than that. */
export function estimatedBytes(config: RunConfig, api: Pick<ApiPlugin, "produces">, first: Input | undefined): number {
  const requests = stagesOf(config.levels, config.warmup).reduce((sum, stage) => sum + (requestsOf(stage) ?? 0), 0);
  const sent = config.record === "metrics" ? 0 : JSON.stringify(first ?? "").length;
  const reply = (api.produces ?? "text") === "text" ? textBytes(config, first) : vectorBytes(config.record);
  return Math.round(requests * (ROW_BYTES + (sent + reply) * SHARE_OF_PAGES));
}

/** A line that says that the run's file may not fit on its disk, and what to do; null: it does. */
export function diskNotice(
  bytes: number,
  { record }: RunConfig,
  folder: string,
  free = freeBytes(folder),
): string | null {
  if (bytes <= free) return null;
  const less = record === "metrics" ? "" : "--record metrics, ";
  return (
    `the run's file may take ${sizeText(bytes)}, and ${folder} has ${sizeText(free)} free: ` +
    `${less}--outputs-dir on another disk, or a smaller --number`
  );
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function textBytes({ params, record, maxTokensTo }: RunConfig, first: Input | undefined): number {
  const least = first?.maxTokens ?? params.maxTokens ?? USUAL_TOKENS;
  const tokens = (least + Math.max(least, maxTokensTo ?? least)) / 2;
  const text = record === "metrics" ? 0 : TOKEN_TEXT_BYTES;
  const events = params.stream ? EVENT_TIME_BYTES + (record === "full" ? EVENT_BYTES : 0) : 0;
  const body = !params.stream && record === "full" ? TOKEN_TEXT_BYTES : 0;
  return tokens * (text + events + body);
}

function vectorBytes(record: RecordMode): number {
  return record === "full" ? VECTOR_BYTES : 0;
}

function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${THREE_DIGITS.format(bytes / 1e9)} GB`;
}
