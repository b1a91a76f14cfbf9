const INDENT = "  ";
const LABEL_WIDTH = 12;

/** "  Label       text", the text wrapped between words to `width` columns and hung under its first line. */
export function labelledLines(label: string, text: string, width: number): string[] {
  const room = width - INDENT.length - LABEL_WIDTH;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && Bun.stringWidth(line) + 1 + Bun.stringWidth(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((part, i) => `${INDENT}${(i === 0 ? label : "").padEnd(LABEL_WIDTH)}${part}`);
}
