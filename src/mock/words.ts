/**
 * The text of every reply, one entry a token. The Latin-1, the Chinese and the astral ones are there because their
 * bytes, their characters and their UTF-16 units are three different numbers.
 */
const WORDS = (
  " plumb, line, hangs, true, beside, the, wall, and, tells, 铅垂, a, mason, what, is, upright, naïve," +
  " eyes, lean, 测量, but, string, weight, 𝄞, never, do, so, we, measure, again, every, day"
).split(",");

/** Tokens `from` to `from + count` of the endless text that every reply begins; choice c of a reply begins at token c. */
export function mockText(from: number, count: number): string {
  // Nearly every chunk is one token: no array for those.
  if (count === 1) return WORDS[from % WORDS.length]!;
  return Array.from({ length: count }, (_, i) => WORDS[(from + i) % WORDS.length]!).join("");
}

const CJK_FIRST = 0x2e80;

/** Han, Kana, Hangul and their full-width signs: scripts that put no space between words. */
function isCjk(unit: number): boolean {
  return (
    unit >= CJK_FIRST &&
    (unit <= 0x9fff || (unit >= 0xac00 && unit <= 0xd7a3) || (unit >= 0xf900 && unit <= 0xfaff) || unit >= 0xff00)
  );
}

function isSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13) || unit === 0xa0 || unit === 0x3000;
}

/**
 * The mock's rule for the tokens of a prompt: each CJK character is one, each longest run of anything else between
 * spaces is one. It is a rule, not a tokenizer: one pass over UTF-16 units, about 1 ns each.
 */
export function countPromptTokens(text: string): number {
  let count = 0;
  let inWord = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (isSpace(unit)) inWord = false;
    else if (isCjk(unit)) {
      count++;
      inWord = false;
    } else if (!inWord) {
      count++;
      inWord = true;
    }
  }
  return count;
}
