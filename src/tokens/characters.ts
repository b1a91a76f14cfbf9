/**
 * Classes of characters as the reference tokenizers have them, for expressions with the flag u. JavaScript's own \s
 * counts U+FEFF and leaves U+0085 out, its \w knows ASCII alone.
 */
export const SPACE = "\\p{White_Space}";
export const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}";
/** Unicode's punctuation, and ASCII's symbols too. */
export const PUNCTUATION = "\\p{P}$+<=>^`|~";

/** An expression with \s and \S in the Unicode sense. */
export function withUnicodeSpaces({ source, flags }: RegExp): RegExp {
  return new RegExp(source.replaceAll("\\s", SPACE).replaceAll("\\S", "\\P{White_Space}"), flags);
}

export function escapedPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
