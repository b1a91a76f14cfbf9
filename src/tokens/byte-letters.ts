/**
 * The alphabet in which byte-level vocabularies are written, as GPT-2 fixed it: a byte that is a visible Latin-1
 * character stands for itself, the others take the characters from U+0100 on.
 */
const LETTERS: readonly string[] = (() => {
  let hidden = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const visible = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCharCode(visible ? byte : 256 + hidden++);
  });
})();

const BYTES = new Map(LETTERS.map((letter, byte) => [letter, byte]));
const PLAIN = /^[!-~]*$/;

/** A text's UTF-8 bytes, a letter each. */
export function toByteLetters(text: string): string {
  if (PLAIN.test(text)) return text;
  let letters = "";
  for (const byte of Buffer.from(text, "utf8")) letters += LETTERS[byte];
  return letters;
}

/** The bytes that letters stand for; null where one is no letter of this alphabet. */
export function fromByteLetters(letters: string): number[] | null {
  const bytes: number[] = [];
  for (const letter of letters) {
    const byte = BYTES.get(letter);
    if (byte === undefined) return null;
    bytes.push(byte);
  }
  return bytes;
}
