import { toByteLetters } from "./byte-letters.ts";
import { SPACE } from "./characters.ts";
import { Charsmap } from "./charsmap.ts";
import { patternOf } from "./pattern.ts";
import { flagIn, type Spec, specsOf, textIn } from "./spec.ts";

/** What a text is turned into before it is cut. */
export type Normalizer = (text: string) => string;

const CHINESE =
  /[\u{4e00}-\u{9fff}\u{3400}-\u{4dbf}\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{f900}-\u{faff}\u{2f800}-\u{2fa1f}]/gu;
const LEADING_SPACE = new RegExp(`^${SPACE}+`, "u");
const TRAILING_SPACE = new RegExp(`${SPACE}+$`, "u");
const ANY_SPACE = new RegExp(SPACE, "gu");
const DROPPED_BY_NMT = /[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]/g;
const SPACE_FOR_NMT = /[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/g;
/** Control and format characters and those for private use, line breaks and tabs apart. */
const CONTROL = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\ufffd]/gu;

/** @throws Error for a type that is unknown */
export function normalizerOf(spec: Spec | null): Normalizer {
  if (spec === null) return (text) => text;
  const make = MAKERS[spec.type];
  if (make === undefined) throw new Error(`its normalizer ${spec.type} is unknown to plumb`);
  return make(spec);
}

const MAKERS: Record<string, (spec: Spec) => Normalizer> = {
  Sequence: sequence,
  NFC: () => (text) => text.normalize("NFC"),
  NFD: () => (text) => text.normalize("NFD"),
  NFKC: () => (text) => text.normalize("NFKC"),
  NFKD: () => (text) => text.normalize("NFKD"),
  Lowercase: () => lowerCase,
  StripAccents: () => (text) => text.replace(/\p{M}/gu, ""),
  Nmt: () => (text) => text.replace(DROPPED_BY_NMT, "").replace(SPACE_FOR_NMT, " "),
  ByteLevel: () => toByteLetters,
  Prepend: prepend,
  Strip: strip,
  Replace: replace,
  Precompiled: precompiled,
  BertNormalizer: bert,
};

function sequence(spec: Spec): Normalizer {
  const normalizers = specsOf(spec.normalizers, "normalizer").map(normalizerOf);
  return (text) => normalizers.reduce((normalized, normalizer) => normalizer(normalized), text);
}

function prepend(spec: Spec): Normalizer {
  const before = textIn(spec, "prepend", "");
  return (text) => (text === "" ? "" : before + text);
}

function strip(spec: Spec): Normalizer {
  const left = flagIn(spec, "strip_left", false);
  const right = flagIn(spec, "strip_right", false);
  return (text) => {
    const rest = left ? text.replace(LEADING_SPACE, "") : text;
    return right ? rest.replace(TRAILING_SPACE, "") : rest;
  };
}

function replace(spec: Spec): Normalizer {
  const pattern = patternOf(spec.pattern);
  const content = textIn(spec, "content", "");
  // A dollar sign has a meaning in a replacement. A function would do too, at a hundred times the price of a text.
  const literal = content.replaceAll("$", "$$$$");
  return (text) => text.replace(pattern, literal);
}

function precompiled(spec: Spec): Normalizer {
  const map = textIn(spec, "precompiled_charsmap", "");
  if (map === "") return (text) => text;
  const charsmap = new Charsmap(map);
  return (text) => charsmap.normalize(text);
}

function bert(spec: Spec): Normalizer {
  const lower = flagIn(spec, "lowercase", true);
  const stripAccents = flagIn(spec, "strip_accents", lower);
  const clean = flagIn(spec, "clean_text", true);
  const chinese = flagIn(spec, "handle_chinese_chars", true);
  return (text) => {
    let normalized = text;
    if (clean) normalized = normalized.replace(CONTROL, "").replace(ANY_SPACE, " ");
    if (chinese) normalized = normalized.replace(CHINESE, " $& ");
    if (stripAccents) normalized = normalized.normalize("NFD").replace(/\p{Mn}/gu, "");
    return lower ? lowerCase(normalized) : normalized;
  };
}

/** Letter by letter, as the reference does: JavaScript gives a sigma at a word's end its own form. */
function lowerCase(text: string): string {
  return text.includes("Σ") ? text.split("Σ").map(lowerCase).join("σ") : text.toLowerCase();
}
