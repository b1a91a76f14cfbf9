import { toByteLetters } from "./byte-letters.ts";
import { escapedPattern, PUNCTUATION, SPACE, WORD } from "./characters.ts";
import { patternOf } from "./pattern.ts";
import { flagIn, numberIn, type Spec, specsOf, textIn } from "./spec.ts";
import { type SplitBehavior, splitText } from "./split.ts";

/**
 * Cuts a text into the pieces that no token crosses.
 * @param atStart whether the text to be tokenized begins with this piece of it
 */
type Cut = (text: string, atStart: boolean) => string[];

export interface PreTokenizer {
  cut: Cut;
  /** What a piece is spelt as in the vocabulary; apart from cutting, because a word seen before need not be spelt. */
  spell: (piece: string) => string;
}

const asItIs = (piece: string): string => piece;
const BEHAVIORS: readonly SplitBehavior[] = [
  "Removed",
  "Isolated",
  "MergedWithPrevious",
  "MergedWithNext",
  "Contiguous",
];
const GPT2_WORDS = new RegExp(
  `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^${SPACE}\\p{L}\\p{N}]+|${SPACE}+(?!\\P{White_Space})|${SPACE}+`,
  "gu",
);
const SPACES = new RegExp(`${SPACE}+`, "gu");
const ONE_SPACE = new RegExp(SPACE, "gu");
const ONE_PUNCTUATION = new RegExp(`[${PUNCTUATION}]`, "gu");
const WORDS = new RegExp(`[${WORD}]+|[^${WORD}${SPACE}]+`, "gu");

/** @throws Error for a type or a behaviour that is unknown */
export function preTokenizerOf(spec: Spec | null): PreTokenizer {
  if (spec === null) return { cut: (text) => [text], spell: asItIs };
  if (spec.type === "Sequence") return sequence(specsOf(spec.pretokenizers, "pre_tokenizer"));
  if (spec.type === "ByteLevel") return { cut: byteLevel(spec), spell: toByteLetters };
  const make = MAKERS[spec.type];
  if (make === undefined) throw new Error(`its pre_tokenizer ${spec.type} is unknown to plumb`);
  return { cut: make(spec), spell: asItIs };
}

const MAKERS: Record<string, (spec: Spec) => Cut> = {
  Whitespace: () => (text) => splitText(text, WORDS, "Removed", true),
  WhitespaceSplit: () => (text) => splitText(text, SPACES, "Removed"),
  BertPreTokenizer: () => (text) =>
    splitText(text, ONE_SPACE, "Removed").flatMap((word) => splitText(word, ONE_PUNCTUATION, "Isolated")),
  Punctuation: (spec) => {
    const behavior = behaviorOf(spec, "Isolated");
    return (text) => splitText(text, ONE_PUNCTUATION, behavior);
  },
  Digits: (spec) => {
    const behavior = flagIn(spec, "individual_digits", false) ? "Isolated" : "Contiguous";
    return (text) => splitText(text, /\p{N}/gu, behavior);
  },
  CharDelimiterSplit: (spec) => {
    const delimiter = new RegExp(escapedPattern(textIn(spec, "delimiter", " ")), "gu");
    return (text) => splitText(text, delimiter, "Removed");
  },
  FixedLength: (spec) => {
    const characters = new RegExp(`[^]{1,${numberIn(spec, "length", 5)}}`, "gu");
    return (text) => splitText(text, characters, "Isolated");
  },
  Split: (spec) => {
    const pattern = patternOf(spec.pattern);
    const behavior = behaviorOf(spec, null);
    const invert = flagIn(spec, "invert", false);
    return (text) => splitText(text, pattern, behavior, invert);
  },
  Metaspace: metaspace,
};

function sequence(specs: Spec[]): PreTokenizer {
  const stages = specs.map(preTokenizerOf);
  const last = stages.at(-1);
  const cut: Cut = (text, atStart) => {
    let pieces = [text];
    for (const stage of stages) {
      pieces = pieces.flatMap((piece, index) => {
        // A stage before may have taken the spaces away that the text began with.
        const cuts = stage.cut(piece, atStart && index === 0 && text.startsWith(piece));
        return stage === last || stage.spell === asItIs ? cuts : cuts.map(stage.spell);
      });
    }
    return pieces;
  };
  return { cut, spell: last?.spell ?? asItIs };
}

function byteLevel(spec: Spec): Cut {
  const prefixed = flagIn(spec, "add_prefix_space", true);
  const useRegex = flagIn(spec, "use_regex", true);
  return (text) => {
    const whole = prefixed && !text.startsWith(" ") ? ` ${text}` : text;
    return useRegex ? splitText(whole, GPT2_WORDS, "Isolated") : [whole];
  };
}

function metaspace(spec: Spec): Cut {
  const mark = textIn(spec, "replacement", "▁");
  const scheme = textIn(spec, "prepend_scheme", flagIn(spec, "add_prefix_space", true) ? "always" : "never");
  const words = flagIn(spec, "split", true) ? new RegExp(escapedPattern(mark), "gu") : null;
  return (text, atStart) => {
    const marked = text.replaceAll(" ", mark);
    const prepended = (scheme === "always" || (scheme === "first" && atStart)) && !marked.startsWith(mark);
    const whole = prepended ? mark + marked : marked;
    return words === null ? [whole] : splitText(whole, words, "MergedWithNext");
  };
}

function behaviorOf(spec: Spec, otherwise: SplitBehavior | null): SplitBehavior {
  const found = BEHAVIORS.find((behavior) => behavior === spec.behavior) ?? otherwise;
  if (found === null) throw new Error(`its pre_tokenizer cuts in a way unknown to plumb: ${String(spec.behavior)}`);
  return found;
}
