import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../config/user-error.ts";
import { type EncodingName, encodingOf } from "./encodings.ts";

/** A tokenizer of this machine. Plain data, so that it can be sent to who opens it. Paths are absolute. */
export type LocalTokenizer =
  | { kind: "encoding"; name: EncodingName }
  /** A tokenizer.json. */
  | { kind: "json"; file: string }
  /** A tiktoken file. */
  | { kind: "ranks"; file: string };

/** What `--tokenizer-path` names. `server`: the service counts by itself. */
export type TokenizerChoice = LocalTokenizer | { kind: "server" };

/** What counts where nobody names a tokenizer. */
export const EMBEDDED: LocalTokenizer = { kind: "encoding", name: "o200k_base" };

export function isEmbedded(choice: TokenizerChoice): boolean {
  return choice.kind === "encoding" && choice.name === "o200k_base";
}

/** The value of `--tokenizer-path` that lets the server count. */
const SERVER = "server";

/**
 * Finds out what `--tokenizer-path` means: the word `server`, a file or folder, the name of an encoding or of a model
 * of OpenAI's. Nothing is loaded.
 * @throws UserError (exit 2) for what is none of these
 */
export function chooseTokenizer(value: string): TokenizerChoice {
  if (value === SERVER) return { kind: "server" };
  const path = resolve(value);
  if (existsSync(path)) return statSync(path).isDirectory() ? inFolder(value, path) : ofFile(value, path);
  const name = encodingOf(value);
  if (name !== null) return { kind: "encoding", name };
  const advice = /^[\w.-]+\/[\w.-]+$/.test(value)
    ? "to use a tokenizer of a hub, download the model's tokenizer.json and name that file"
    : "it is a tokenizer.json, a folder with one, a .tiktoken file, an encoding (o200k_base), a model (gpt-4o), or server";
  throw new UserError(`--tokenizer-path ${value}: no such file or folder; ${advice}`, 2);
}

function ofFile(value: string, file: string): LocalTokenizer {
  if (file.endsWith(".json")) return { kind: "json", file };
  if (file.endsWith(".tiktoken")) return { kind: "ranks", file };
  if (file.endsWith(".model")) throw sentencePiece(value);
  throw new UserError(`--tokenizer-path ${value}: a tokenizer's file ends in .json or .tiktoken`, 2);
}

function inFolder(value: string, folder: string): LocalTokenizer {
  const names = readdirSync(folder).sort();
  if (names.includes("tokenizer.json")) return { kind: "json", file: join(folder, "tokenizer.json") };
  const ranks = names.find((name) => name.endsWith(".tiktoken"));
  if (ranks !== undefined) return { kind: "ranks", file: join(folder, ranks) };
  if (names.some((name) => name.endsWith(".model"))) throw sentencePiece(value);
  throw new UserError(`--tokenizer-path ${value}: the folder has no tokenizer.json and no .tiktoken file`, 2);
}

function sentencePiece(value: string): UserError {
  return new UserError(
    `--tokenizer-path ${value}: SentencePiece's own format (.model) is not read; transformers makes a tokenizer.json ` +
      "of it: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)",
    2,
  );
}
