/**
 * What must not reach a terminal: control characters (C0, DEL, C1) start escape sequences, and the marks of
 * bidirectional text and line separators make a line read other than it is.
 */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text from elsewhere (a server, a file), made safe to print: what is unprintable is left out. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, "");
}

const NAMED: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The same, with what is unprintable written as an escape: `\n`, `\x1b`, `\u202e`. */
export function escaped(text: string): string {
  return text.replace(UNPRINTABLE, (char) => {
    const code = char.charCodeAt(0);
    const hex = code.toString(16);
    return NAMED[char] ?? (code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`);
  });
}

/**
 * A value as JSON that is safe to print. JSON itself escapes C0 alone, though a terminal obeys C1 too: what else is
 * unprintable can only stand inside strings, where `\u0085` means the same.
 * @param indent spaces a level; absent: all in one line
 */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNPRINTABLE, (char) => {
    return char === "\n" ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
