/** What becomes of the matches when a text is cut at them. */
export type SplitBehavior = "Removed" | "Isolated" | "MergedWithPrevious" | "MergedWithNext" | "Contiguous";

interface Part {
  start: number;
  end: number;
  isMatch: boolean;
}

/**
 * Cuts a text at the matches of a pattern.
 * @param pattern with the flag g
 * @param invert what is between the matches is taken for the matches
 */
export function splitText(text: string, pattern: RegExp, behavior: SplitBehavior, invert = false): string[] {
  if (behavior === "Isolated" || (behavior === "Removed" && invert)) {
    // Most patterns leave nothing between their matches; this is several times faster than going through them.
    const matches = text.match(pattern) ?? [];
    if (behavior === "Removed" || covers(matches, text)) return matches.filter((match) => match !== "");
  }
  const parts = partsOf(text, pattern, invert);
  return merged(parts, behavior)
    .filter(({ start, end }) => end > start)
    .map(({ start, end }) => text.slice(start, end));
}

function covers(matches: readonly string[], text: string): boolean {
  let length = 0;
  for (const match of matches) {
    if (match === "") return false;
    length += match.length;
  }
  return length === text.length;
}

function partsOf(text: string, pattern: RegExp, invert: boolean): Part[] {
  const parts: Part[] = [];
  let before = 0;
  for (const match of text.matchAll(pattern)) {
    const start = match.index;
    const end = start + match[0].length;
    if (start > before) parts.push({ start: before, end: start, isMatch: invert });
    parts.push({ start, end, isMatch: !invert });
    before = end;
  }
  if (before < text.length) parts.push({ start: before, end: text.length, isMatch: invert });
  return parts;
}

function merged(parts: Part[], behavior: SplitBehavior): Part[] {
  switch (behavior) {
    case "Isolated":
      return parts;
    case "Removed":
      return parts.filter(({ isMatch }) => !isMatch);
    case "Contiguous":
      return joined(parts, (part, before) => part.isMatch === before.isMatch);
    case "MergedWithPrevious":
      return joined(parts, (part, before) => part.isMatch && !before.isMatch);
    case "MergedWithNext":
      return joined(parts, (part, before) => !part.isMatch && before.isMatch);
  }
}

/** Joins each part with the one before it where they belong together. */
function joined(parts: Part[], belong: (part: Part, before: Part) => boolean): Part[] {
  const whole: Part[] = [];
  let before: Part | null = null;
  for (const part of parts) {
    const last = whole.at(-1);
    if (last !== undefined && before !== null && belong(part, before)) last.end = part.end;
    else whole.push({ ...part });
    before = part;
  }
  return whole;
}
