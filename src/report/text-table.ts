import Table from "cli-table3";

/** How a column stands: numbers to the right, words to the left. */
export type Align = "left" | "right";

/** What cli-table3 draws around and between cells: nothing but the gap. */
const NO_RULES = Object.fromEntries(
  ["top", "bottom", "left", "right", "mid"]
    .flatMap((side) => [side, `${side}-left`, `${side}-mid`, `${side}-right`])
    .map((part) => [part, ""]),
);
const GAP = "  ";

/** Rows as aligned text, a line each, without rules. The width of a cell is what a terminal shows, not its length. */
export function alignedLines(rows: string[][], align: Align[]): string[] {
  if (rows.length === 0) return [];
  const table = new Table({
    chars: { ...NO_RULES, middle: GAP },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: align,
  });
  table.push(...rows);
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}

/** Whether none of them is wider than so many columns of a terminal. */
export function fits(lines: string[], width: number): boolean {
  return lines.every((line) => Bun.stringWidth(line) <= width);
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
