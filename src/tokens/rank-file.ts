import { basename } from "node:path";
import { UserError } from "../config/user-error.ts";
import type { Ranks } from "./byte-pairs.ts";
import { type EncodingName, splitterOf } from "./encodings.ts";

/** A rank file does not say how text is cut before it is merged; its name must, by its beginning. */
const NAMES: Record<string, EncodingName | "qwen"> = {
  o200k: "o200k_base",
  cl100k: "cl100k_base",
  p50k: "p50k_base",
  r50k: "r50k_base",
  gpt2: "r50k_base",
  qwen: "qwen",
};

/** As cl100k_base, but every digit stands alone. */
const DIGITS = "\\p{N}{1,3}";

/** How the text of a rank file is cut. @throws UserError (exit 2) where its name does not tell */
export async function splitterOfFile(file: string): Promise<RegExp> {
  const beginning = Object.keys(NAMES).find((name) => basename(file).toLowerCase().startsWith(name));
  if (beginning === undefined) {
    throw new UserError(
      `--tokenizer-path ${file}: a tiktoken file does not say how text is cut; its name must begin with ` +
        `${Object.keys(NAMES).join(", ")}, or use the model's tokenizer.json`,
      2,
    );
  }
  const name = NAMES[beginning]!;
  if (name !== "qwen") return splitterOf(name);
  const { source, flags } = await splitterOf("cl100k_base");
  return new RegExp(source.replace(DIGITS, "\\p{N}"), flags);
}

/** Reads lines of a token in base64 and its rank. @throws Error naming the line that is none */
export function parseRanks(text: string): Ranks {
  const ranks: number[][] = [];
  text.split("\n").forEach((line, index) => {
    if (line.trim() === "") return;
    const [, token, rank] = /^([A-Za-z0-9+/]+=*) (\d+)\s*$/.exec(line) ?? [];
    if (token === undefined) throw new Error(`line ${index + 1} is not a token in base64 and its rank`);
    ranks[Number(rank)] = [...Buffer.from(token, "base64")];
  });
  if (ranks.length === 0) throw new Error("it is empty");
  return ranks;
}
