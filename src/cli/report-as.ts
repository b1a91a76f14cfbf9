import { UserError } from "../config/user-error.ts";
import type { LevelSummary, Summary } from "../metrics/summary-model.ts";
import type { RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { asEvalscope, evalscopeTotals } from "../report/as/evalscope.ts";
import { isInputOnly, writeEvalscopeFiles } from "../report/as/evalscope-files.ts";
import type { ForeignLevel } from "../report/as/foreign-figure.ts";
import { foreignJson, renderForeign } from "../report/as/render-foreign.ts";
import { asVllm } from "../report/as/vllm.ts";
import { printableJson } from "../report/printable.ts";

const WIDEST = 100;

export interface AsOptions {
  tool: "evalscope" | "vllm";
  /** Folder for the tool's own files. */
  out: string | undefined;
  json: boolean;
  columns: number | undefined;
}

/**
 * A run by another tool's definitions, as text for stdout.
 * @throws UserError where the run kept no events, or the files cannot be written
 */
export function reportAs(reader: RunReader, summary: Summary, options: AsOptions): string[] {
  if (options.tool === "vllm" && options.out !== undefined) {
    throw new UserError("--out: only evalscope's files can be written: give --as evalscope, or leave --out away", 2);
  }
  const inputOnly = isInputOnly(summary.config.api);
  const written: string[] = [];
  const levels = pairs(reader, summary).map(([recorded, level]): ForeignLevel => {
    if (options.tool === "vllm") return asVllm(reader, recorded, level);
    const totals = evalscopeTotals(reader, recorded);
    if (options.out !== undefined) {
      written.push(attempt(options.out, (folder) => writeEvalscopeFiles(folder, reader, recorded, totals)));
    }
    return asEvalscope(totals, level, inputOnly);
  });
  if (options.json) return [`${printableJson(foreignJson(levels), 2)}\n`];
  const width = Math.min(WIDEST, options.columns || WIDEST);
  return [...levels.map((level) => `${renderForeign(level, width)}`), ...written.map((path) => `  files   ${path}\n`)];
}

function pairs(reader: RunReader, summary: Summary): [RecordedLevel, LevelSummary][] {
  return reader.levels().flatMap((recorded) => {
    const level = summary.levels.find(({ level, repeat }) => level === recorded.level && repeat === recorded.repeat);
    return level === undefined ? [] : [[recorded, level] as [RecordedLevel, LevelSummary]];
  });
}

function attempt(folder: string, write: (folder: string) => string): string {
  try {
    return write(folder);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`--out ${folder}: ${(error as Error).message}`, 1, { cause: error });
  }
}
