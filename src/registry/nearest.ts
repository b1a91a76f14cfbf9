import { distance } from "fastest-levenshtein";

/** In letters changed, left out or added. */
const FARTHEST_MISTYPED = 3;
/** A shorter beginning of a word could be that of many. */
const LEAST_BEGINNING = 4;

/**
 * The known word that a mistyped one most likely stands for; undefined where none is near. Capitals, - and _ make no
 * difference, and a word that goes on behind what was written is near.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const wanted = folded(word);
  const [found] = [...known]
    .map((candidate) => ({ candidate, far: farFrom(wanted, folded(candidate)) }))
    .filter(({ candidate, far }) => far <= Math.min(FARTHEST_MISTYPED, Math.max(candidate.length, word.length) - 1))
    .sort((a, b) => a.far - b.far);
  return found?.candidate;
}

function farFrom(wanted: string, known: string): number {
  const begins = wanted.length >= LEAST_BEGINNING && known !== wanted && known.startsWith(wanted);
  return begins ? 1 : distance(wanted, known);
}

function folded(word: string): string {
  return word.toLowerCase().replace(/[_-]/g, "");
}
