import { UserError } from "../config/user-error.ts";
import type { CsvRow, JsonItem, RecordedBody, Source } from "../contract/dataset.ts";
import { makeText } from "../tokens/made-text.ts";
import type { TokenCounter } from "../tokens/token-counter.ts";
import { EMBEDDED } from "../tokens/tokenizer-choice.ts";
import { WorkerCounter } from "../tokens/worker-counter.ts";
import { readCsv } from "./csv.ts";
import { filesIn, wholeFile } from "./files.ts";
import { readItems } from "./json-items.ts";
import { readLines } from "./lines.ts";
import { recordedBodies } from "./recorded-bodies.ts";
import { readText } from "./utf8-text.ts";

/** How made text becomes as long as asked. */
export interface TextMeasure {
  /** What it is made from. */
  words: readonly string[];
  /** Tokens of a word, on the mean. */
  tokensPerWord: number;
  /** Tokens that the service counts besides a prompt's text. */
  templateTokens: number;
}

interface SourceOptions {
  /** The run's tokenizer; absent: the embedded one, which is loaded with the first count. */
  counter?: TokenCounter;
  /** Asked once, with the first text that is made; absent: words that are one token each, and no template. */
  measure?(): Promise<TextMeasure>;
  /** Another one makes other text; a whole number from 0 to 2^32 - 1. */
  salt?: number;
}

/** Files of this machine, and tokens as the run counts them. */
export class FileSource implements Source {
  readonly #counter: TokenCounter;
  readonly #salt: number;
  readonly #measure: () => Promise<TextMeasure>;
  #measured: Promise<TextMeasure> | null = null;

  constructor({ counter = new WorkerCounter(EMBEDDED), measure, salt = 0 }: SourceOptions = {}) {
    this.#counter = counter;
    this.#measure = measure ?? (async () => ({ words: await counter.words(), tokensPerWord: 1, templateTokens: 0 }));
    this.#salt = salt;
  }

  lines(path: string): AsyncIterable<string> {
    return readLines(path);
  }

  /** @throws UserError (exit 2) where the file cannot be read or is not JSON */
  async json(path: string): Promise<unknown> {
    let text = "";
    for await (const piece of readText(path)) text += piece;
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new UserError(`${path} is not JSON: ${(error as Error).message}`, 2, { cause: error });
    }
  }

  items(path: string, wants?: string): AsyncIterable<JsonItem> {
    return readItems(path, wants);
  }

  files(folder: string): Promise<string[]> {
    return filesIn(folder);
  }

  async *recorded(path: string): AsyncGenerator<RecordedBody, void, void> {
    yield* recordedBodies(path);
  }

  bytes(path: string): Promise<Uint8Array> {
    return wholeFile(path);
  }

  async *csv(path: string): AsyncGenerator<Record<string, string>, void, void> {
    for await (const { fields } of readCsv(path)) yield fields;
  }

  csvRows(path: string): AsyncIterable<CsvRow> {
    return readCsv(path);
  }

  async countTokens(text: string): Promise<number> {
    const [count] = await this.#counter.count([text]);
    return count!;
  }

  async makeText(count: number, seed: number): Promise<string> {
    this.#measured ??= this.#measure();
    const { words, tokensPerWord } = await this.#measured;
    const length = tokensPerWord === 1 ? count : Math.max(Math.min(1, count), Math.round(count / tokensPerWord));
    return makeText(length, seed, words, this.#salt);
  }

  async templateTokens(): Promise<number> {
    this.#measured ??= this.#measure();
    return (await this.#measured).templateTokens;
  }
}
