import { UserError } from "../config/user-error.ts";
import { ENGLISH_WORDS } from "./made-text.ts";
import { Prng } from "./prng.ts";

/** Fewer make texts that are too much alike. */
const ENOUGH = 128;
const FEWEST = 8;
const MOST = 2048;
const WORD = /^[A-Za-z]{1,14}$/;
/** A word after itself and before itself: what holds there mostly holds in any sentence. */
const inPlace = (word: string): string => `${word} ${word} ${word}`;

export type CountTexts = (texts: readonly string[]) => Promise<number[]>;

/**
 * Words that are one token each wherever they stand in a text of such words: the English ones of the embedded
 * vocabulary as far as the tokenizer has them, else words of its own.
 * @param vocabulary texts of the tokenizer's tokens, asked for only where the English words do not do
 * @throws UserError where there are too few
 */
export async function oneTokenWords(count: CountTexts, vocabulary: () => Promise<string[]>): Promise<string[]> {
  const english = await verified(count, ENGLISH_WORDS);
  if (english.length >= ENOUGH) return english;
  const own = await verified(count, candidates(await vocabulary()));
  if (own.length >= FEWEST) return own;
  throw new UserError(
    `the tokenizer has ${own.length} words that are one token each, too few to make prompts of an exact length: ` +
      "use a dataset of texts, or another --tokenizer-path",
    2,
  );
}

/** Plain words of a vocabulary, longer ones first: they are more like a text. */
function candidates(vocabulary: readonly string[]): string[] {
  const words = new Set(vocabulary.map((token) => token.trim()).filter((word) => WORD.test(word)));
  return [...words].sort((a, b) => b.length - a.length).slice(0, 4 * MOST);
}

/** Those words that are one token, as the first of a text as well as further on. */
async function verified(count: CountTexts, words: readonly string[]): Promise<string[]> {
  const first = await thoseOf(count, words, (word) => word, 1);
  if (first.length <= MOST && (await areOneTokenEach(count, first))) return first;
  const kept = (await thoseOf(count, first, inPlace, 3)).slice(0, MOST);
  return (await areOneTokenEach(count, kept)) ? kept : withoutOdd(count, kept);
}

async function thoseOf(
  count: CountTexts,
  words: readonly string[],
  textOf: (word: string) => string,
  tokens: number,
): Promise<string[]> {
  const counts = await count(words.map(textOf));
  return words.filter((_, index) => counts[index] === tokens);
}

/** Every word in three orders: a word that joins with a neighbour is found if any of them brings the two together. */
async function areOneTokenEach(count: CountTexts, words: readonly string[]): Promise<boolean> {
  const counts = await count([1, 2, 3].map((seed) => shuffled(words, seed).join(" ")));
  return counts.every((tokens) => tokens === words.length);
}

/** Halves until the odd ones are out: n odd words cost n times the logarithm of all. */
async function withoutOdd(count: CountTexts, words: readonly string[]): Promise<string[]> {
  if (words.length < 2) return [];
  const middle = words.length >> 1;
  const halves = [words.slice(0, middle), words.slice(middle)];
  const kept: string[] = [];
  for (const half of halves)
    kept.push(...((await areOneTokenEach(count, half)) ? half : await withoutOdd(count, half)));
  // Two words that only join with each other may lie in different halves: then one half will do.
  return (await areOneTokenEach(count, kept)) ? kept : kept.slice(0, kept.length >> 1);
}

function shuffled(words: readonly string[], seed: number): string[] {
  const random = new Prng(seed);
  const order = [...words];
  for (let at = order.length - 1; at > 0; at--) {
    const other = random.integer(0, at);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}
