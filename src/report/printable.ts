/**
 * What must not reach a terminal: control characters (C0, DEL, C1) start escape sequences, and the marks of
 * bidirectional text and line separators make a line read other than it is.
 */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

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
