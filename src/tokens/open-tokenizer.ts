import { UserError } from "../config/user-error.ts";
import { BytePairs, type Ranks } from "./byte-pairs.ts";
import { type EncodingName, splitterOf } from "./encodings.ts";
import type { Tokenizer } from "./tokenizer.ts";
import type { LocalTokenizer } from "./tokenizer-choice.ts";

/**
 * Loads a tokenizer: up to half a second, for vocabularies of 250,000 tokens two, and holds the thread meanwhile.
 * @throws UserError (exit 2) naming the file that cannot be read or is no tokenizer that plumb knows
 */
export async function openTokenizer(choice: LocalTokenizer): Promise<Tokenizer> {
  if (choice.kind === "encoding") return new BytePairs(await ranksOf(choice.name), await splitterOf(choice.name));
  const { file } = choice;
  if (choice.kind === "ranks") {
    const { parseRanks, splitterOfFile } = await import("./rank-file.ts");
    const splitter = await splitterOfFile(file);
    return reading(file, (text) => new BytePairs(parseRanks(text), splitter));
  }
  const { JsonTokenizer } = await import("./json-tokenizer.ts");
  return reading(file, (text) => new JsonTokenizer(JSON.parse(text)));
}

async function reading(file: string, open: (text: string) => Tokenizer): Promise<Tokenizer> {
  try {
    return open(await Bun.file(file).text());
  } catch (error) {
    throw new UserError(`--tokenizer-path ${file}: ${(error as Error).message}`, 2, { cause: error });
  }
}

/** A module of its own for each, so that only the one in use is loaded. */
async function ranksOf(name: EncodingName): Promise<Ranks> {
  switch (name) {
    case "o200k_base":
      return (await import("gpt-tokenizer/bpeRanks/o200k_base")).default;
    case "cl100k_base":
      return (await import("gpt-tokenizer/bpeRanks/cl100k_base")).default;
    case "p50k_base":
      return (await import("gpt-tokenizer/bpeRanks/p50k_base")).default;
    case "r50k_base":
      return (await import("gpt-tokenizer/bpeRanks/r50k_base")).default;
  }
}
