const INDENT = "  ";
const LABEL_WIDTH = 12;

/** "  Label       text", the text wrapped between words to `width` columns and hung under its first line. */
export function labelledLines(label: string, text: string, width: number, labelWidth = LABEL_WIDTH): string[] {
  const lines = wrapped(text, width - INDENT.length - labelWidth);
  return lines.map((line, i) => `${INDENT}${padded(i === 0 ? label : "", labelWidth)}${line}`);
}

/** Blanks behind it, so that it takes so many columns of a terminal. */
export function padded(label: string, width: number): string {
  return label + " ".repeat(Math.max(0, width - Bun.stringWidth(label)));
}

/**
 * Chinese has no blanks: a line may end behind each of its characters and marks, but none begins with a closing mark.
 * What is no Chinese, such as a URL, is not broken.
 */
const BREAK = /(?<=\p{Script=Han}[,、。;:)]?)(?=[\p{Script=Han}(\w-])|(?<=[,、。;:)])(?=\p{Script=Han})|(?<=。)(?=.)/u;

/** A text broken between words into lines of at most so many columns; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [i, word] of text.split(" ").entries()) {
    for (const [j, piece] of word.split(BREAK).entries()) {
      const gap = j === 0 && i > 0 && line !== "" ? " " : "";
      if (line !== "" && Bun.stringWidth(line + gap + piece) > width) {
        lines.push(line);
        line = piece;
      } else {
        line += gap + piece;
      }
    }
  }
  lines.push(line);
  return lines;
}
