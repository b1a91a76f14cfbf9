import { isFields, textOf } from "../contract/fields.ts";
import { BpeModel } from "./bpe-model.ts";
import type { Model } from "./model.ts";
import { flagIn, numberIn, type Spec, textIn } from "./spec.ts";
import { UnigramModel } from "./unigram-model.ts";
import { WordLevelModel, WordPieceModel } from "./word-models.ts";

/** The part `model` of a tokenizer's file. @throws Error where it is incomplete or of an unknown type */
export function modelOf(value: unknown): Model {
  if (!isFields(value)) throw new Error("it has no model");
  const spec: Spec = { ...value, type: textOf(value.type) || untold(value) };
  switch (spec.type) {
    case "BPE":
      return bpe(spec);
    case "Unigram":
      return new UnigramModel({
        vocabulary: scoresOf(spec.vocab),
        unknownId: typeof spec.unk_id === "number" ? spec.unk_id : null,
        byteFallback: flagIn(spec, "byte_fallback", false),
      });
    case "WordPiece":
      return new WordPieceModel({
        vocabulary: vocabularyOf(spec.vocab),
        unknownToken: textIn(spec, "unk_token", "[UNK]"),
        continuingSubwordPrefix: textIn(spec, "continuing_subword_prefix", "##"),
        longestWord: numberIn(spec, "max_input_chars_per_word", 100),
      });
    case "WordLevel":
      return new WordLevelModel(vocabularyOf(spec.vocab), textIn(spec, "unk_token", "<unk>"));
    default:
      throw new Error(`its model ${spec.type} is unknown to plumb`);
  }
}

/** Older files do not name the type. */
function untold({ merges, vocab, continuing_subword_prefix: prefix }: Record<string, unknown>): string {
  if (merges !== undefined) return "BPE";
  if (Array.isArray(vocab)) return "Unigram";
  return prefix === undefined ? "WordLevel" : "WordPiece";
}

function bpe(spec: Spec): BpeModel {
  return new BpeModel({
    vocabulary: vocabularyOf(spec.vocab),
    merges: mergesOf(spec.merges),
    unknownToken: textIn(spec, "unk_token", "") || null,
    fuseUnknown: flagIn(spec, "fuse_unk", false),
    byteFallback: flagIn(spec, "byte_fallback", false),
    ignoreMerges: flagIn(spec, "ignore_merges", false),
    continuingSubwordPrefix: textIn(spec, "continuing_subword_prefix", ""),
    endOfWordSuffix: textIn(spec, "end_of_word_suffix", ""),
  });
}

function vocabularyOf(value: unknown): Map<string, number> {
  if (!isFields(value)) throw new Error("its model has no vocabulary");
  const vocabulary = new Map<string, number>();
  for (const token of Object.keys(value)) {
    const id = value[token];
    if (!Number.isInteger(id)) throw new Error(`the id of "${token}" is no whole number`);
    vocabulary.set(token, id as number);
  }
  return vocabulary;
}

function scoresOf(value: unknown): [string, number][] {
  if (!Array.isArray(value)) throw new Error("its model has no vocabulary");
  return value.map((entry: unknown, id) => {
    const [token, score] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof token === "string" && typeof score === "number") return [token, score];
    throw new Error(`token ${id} of its vocabulary has no text or no score`);
  });
}

/** Pairs, or as older files have them texts with a space between the two. Half a million pairs are not copied. */
function mergesOf(value: unknown): (readonly [string, string])[] {
  if (!Array.isArray(value)) throw new Error("its model has no list of merges");
  const pairs = value.some((entry) => typeof entry === "string") ? value.map(parted) : value;
  const odd = pairs.findIndex((pair) => !isPair(pair));
  if (odd !== -1) throw new Error(`merge ${odd} of its model is no pair`);
  return pairs as (readonly [string, string])[];
}

function parted(entry: unknown): unknown {
  return typeof entry === "string" ? entry.split(" ") : entry;
}

function isPair(entry: unknown): entry is [string, string] {
  return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === "string" && typeof entry[1] === "string";
}
