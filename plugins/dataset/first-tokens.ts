import type { Source } from "plumb";

/** The beginning of a text, and how many tokens it has. */
export interface Beginning {
  text: string;
  tokens: number;
}

/**
 * The longest beginning of a text that has at most so many tokens. Where it is cut is found by counting, as a text's
 * tokens depend on what follows them: about five counts, for texts are nearly even.
 */
export async function firstTokens(text: string, most: number, source: Source): Promise<Beginning> {
  let fits: Beginning = { text: "", tokens: 0 };
  let above = { length: text.length, tokens: await source.countTokens(text) };
  if (above.tokens <= most) return { text, tokens: above.tokens };
  for (let round = 0; fits.tokens < most && above.length - fits.text.length > 1; round++) {
    const share = round % 3 === 2 ? 0.5 : (most - fits.tokens + 0.5) / (above.tokens - fits.tokens);
    const room = above.length - fits.text.length;
    const length = fits.text.length + Math.min(room - 1, Math.max(1, Math.floor(room * share)));
    const tried = text.slice(0, length);
    const tokens = await source.countTokens(tried);
    if (tokens <= most) fits = { text: tried, tokens };
    else above = { length, tokens };
  }
  return { ...fits, text: withoutHalf(fits.text) };
}

/** A character that was cut in two is no character. */
function withoutHalf(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
