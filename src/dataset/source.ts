import { UserError } from "../config/user-error.ts";
import type { Source } from "../contract/dataset.ts";
import { loadTokenizer } from "../tokens/counter.ts";
import { makeText } from "../tokens/made-text.ts";
import { readCsv } from "./csv.ts";
import { readBytes } from "./file-bytes.ts";
import { readLines } from "./lines.ts";

/** Files of this machine and the embedded tokenizer, which is loaded with the first count. */
export class FileSource implements Source {
  lines(path: string): AsyncIterable<string> {
    return readLines(path);
  }

  /** @throws UserError (exit 2) where the file cannot be read or is not JSON */
  async json(path: string): Promise<unknown> {
    // It leaves a byte order mark out.
    const decoder = new TextDecoder();
    let text = "";
    for await (const bytes of readBytes(path)) text += decoder.decode(bytes, { stream: true });
    text += decoder.decode();
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new UserError(`${path} is not JSON: ${(error as Error).message}`, 2, { cause: error });
    }
  }

  csv(path: string): AsyncIterable<Record<string, string>> {
    return readCsv(path);
  }

  async countTokens(text: string): Promise<number> {
    const tokenizer = await loadTokenizer();
    return tokenizer.count(text);
  }

  /** Made from words whose count is known, so nothing has to be loaded. */
  async makeText(count: number, seed: number): Promise<string> {
    return makeText(count, seed);
  }
}
