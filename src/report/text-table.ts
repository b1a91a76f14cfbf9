/** How a column stands: numbers to the right, words to the left. */
export type Align = "left" | "right";

const GAP = "  ";

/** Rows as aligned text, a line each, without rules. The width of a cell is what a terminal shows, not its length. */
export function alignedLines(rows: string[][], align: Align[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, Bun.stringWidth(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, i) => pad(cell, widths[i] ?? 0, align[i] ?? "left"))
      .join(GAP)
      .trimEnd(),
  );
}

/** At most `width` columns of a terminal, an ellipsis in place of what is cut. */
export function cutToWidth(text: string, width: number): string {
  // No character is wider than 2 columns or narrower than its part of a cluster: this bounds the work on a huge text.
  const head = text.length > width * 16 ? text.slice(0, width * 16) : text;
  if (head === text && Bun.stringWidth(text) <= width) return text;
  let shown = "";
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(head)) {
    const more = Bun.stringWidth(segment);
    if (used + more > width - 1) break;
    shown += segment;
    used += more;
  }
  return `${shown}…`;
}

function pad(cell: string, width: number, align: Align): string {
  const space = " ".repeat(width - Bun.stringWidth(cell));
  return align === "left" ? cell + space : space + cell;
}
