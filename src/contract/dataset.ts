import type { LooseInput } from "./input.ts";
import type { Options } from "./options.ts";
import type { Params } from "./params.ts";

/**
 * Files and tokens, as a dataset plugin reaches them. Everything streams; nothing is read whole unless it
 * says so. Files compressed with gzip or zstd open as if they were not.
 */
export interface Source {
  /** Lines of a text file without their ends; a last line without an end counts. */
  lines(path: string): AsyncIterable<string>;
  /** A whole JSON file. */
  json(path: string): Promise<unknown>;
  /** Rows of a CSV file by the names in its first line. */
  csv(path: string): AsyncIterable<Record<string, string>>;
  /** Tokens of a text by the run's tokenizer (the embedded one by default). Loads it on first use. */
  countTokens(text: string): Promise<number>;
  /** Exactly `count` tokens of made text by the run's tokenizer; `seed` picks which. */
  makeText(count: number, seed: number): Promise<string>;
}

export interface DatasetPlugin {
  /** What `--dataset` selects. */
  name: string;
  aliases?: string[];
  /** Options of its own: --dataset-args, found in `params.datasetArgs`. */
  options?: Options;
  /** One pass over the data; plumb begins again when it ends before the run does. Endless is allowed. */
  buildMessages(params: Params, source: Source): Iterable<LooseInput> | AsyncIterable<LooseInput>;
}
