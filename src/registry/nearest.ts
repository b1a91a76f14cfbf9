import { distance } from "fastest-levenshtein";

/** In letters changed, left out or added. */
const FARTHEST_MISTYPED = 3;

/** The known word that a mistyped one most likely stands for; undefined where none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const [found] = [...known]
    .map((candidate) => ({ candidate, far: distance(candidate, word) }))
    .filter(({ candidate, far }) => far <= Math.min(FARTHEST_MISTYPED, Math.max(candidate.length, word.length) - 1))
    .sort((a, b) => a.far - b.far);
  return found?.candidate;
}
