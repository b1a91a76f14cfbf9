import type { LooseInput } from "./input.ts";
import type { Options } from "./options.ts";
import type { Params } from "./params.ts";

/** One value out of a JSON file. */
export interface JsonItem {
  value: unknown;
  /** Where it stands, for messages: "questions.jsonl:3", "list.json (item 3)". */
  where: string;
}

/** A row of a CSV file. */
export interface CsvRow {
  /** By the names in the file's first line. */
  fields: Record<string, string>;
  /** Where it begins, for messages: "trace.csv:12". */
  where: string;
}

/** A request of an earlier run. */
export interface RecordedBody {
  requestId: string;
  /** As it was sent. */
  body: string;
  /** Unix seconds. */
  sentTime: number;
  /** Of what was answered; null: it failed, or nobody could tell. */
  completionTokens: number | null;
  /** Which conversation it is a turn of; null: none. */
  conversation: string | null;
}

/**
 * Files and tokens, as a dataset plugin reaches them. Everything streams; nothing is read whole unless it
 * says so. Files compressed with gzip or zstd open as if they were not. Text is UTF-8; a line that is not fails by its number.
 */
export interface Source {
  /** Lines of a text file without their ends; a last line without an end counts. */
  lines(path: string): AsyncIterable<string>;
  /** A whole JSON file. */
  json(path: string): Promise<unknown>;
  /**
   * Values of a JSON file, one after the other: the items of its list, or the value in each of its lines (JSONL).
   * Empty lines are passed over.
   * @param wants ends the message about what is not JSON, such as 'mine wants {"text": "..."} in each line'
   */
  items(path: string, wants?: string): AsyncIterable<JsonItem>;
  /** Rows of a CSV file by the names in its first line. */
  csv(path: string): AsyncIterable<Record<string, string>>;
  /** The same rows with their places. */
  csvRows(path: string): AsyncIterable<CsvRow>;
  /** Paths of the files in a folder, in the order of their names; its subfolders are left out. */
  files(folder: string): Promise<string[]>;
  /** A whole file as it is, such as an image. */
  bytes(path: string): Promise<Uint8Array>;
  /**
   * Requests of a run's database (`--record full` or `text`) without its warm-up: conversations one after the other in
   * the order in which they began, their turns together.
   */
  recorded(path: string): AsyncIterable<RecordedBody>;
  /** Tokens of a text by the run's tokenizer (the embedded one by default). Loads it on first use. */
  countTokens(text: string): Promise<number>;
  /**
   * Exactly `count` tokens of made text by the run's tokenizer; `seed` picks which. Without --tokenizer-path, of what
   * the service counts, found out by a few small requests. Another run makes other text, unless --no-cache-bust.
   */
  makeText(count: number, seed: number): Promise<string>;
  /** Tokens that the service counts besides the text of a prompt: its chat template's, or a first token. 0: unknown. */
  templateTokens(): Promise<number>;
}

/** What inputs with times of their own come to. */
export interface InputTiming {
  /** How many there are, a conversation being one. */
  inputs: number;
  /** When the last one is due, in seconds from the start of the load. */
  lastS: number;
  /** The most that are due within one second. */
  mostASecond: number;
}

export interface DatasetPlugin {
  /** What `--dataset` selects. */
  name: string;
  aliases?: string[];
  /** One line: what it sends. `plumb data list` shows it. */
  about?: string;
  /** Whether it reads `--dataset-path`: it cannot do without, or it may; absent: it does not look at it. */
  path?: "needed" | "optional";
  /** It reads the bounds on a prompt's length itself, as tokens of the texts it makes: nothing is left out for them. */
  ownLengths?: boolean;
  /** It never ends: a sample of it is its beginning, and nothing is shuffled. */
  endless?: boolean;
  /**
   * Of a dataset whose inputs say themselves when they are due (`atS`, ascending): what there is to send. Asked before
   * anything is sent, so it finds what is wrong with the data. Such inputs go out once, in open loop.
   */
  timing?(params: Params, source: Source): InputTiming | Promise<InputTiming>;
  /** Options of its own: --dataset-args, found in `params.datasetArgs`. */
  options?: Options;
  /** One pass over the data; plumb begins again when it ends before the run does. Endless is allowed. */
  buildMessages(params: Params, source: Source): Iterable<LooseInput> | AsyncIterable<LooseInput>;
}
