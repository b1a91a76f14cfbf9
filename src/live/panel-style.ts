import type { Say } from "../report/language.ts";

export interface PanelStyle {
  /** Width to fill at most, in terminal columns. */
  columns: number;
  /** Height to fill at most. */
  rows: number;
  color: boolean;
  /** Whether the terminal shows more than ASCII. */
  unicode: boolean;
  say: Say;
}

const SGR = { bold: 1, green: 32, cyan: 36, yellow: 33, red: 31, dim: 2 } as const;

/** The first variant that has room, the last one cut where none has. */
export function fit(variants: string[], columns: number): string {
  return variants.find((text) => Bun.stringWidth(text) <= columns) ?? cut(variants.at(-1) ?? "", columns);
}

/** At most so many columns of a text. A slice keeps a wide character of which only the first half fits: cut again. */
export function cut(text: string, columns: number): string {
  // Slicing costs more than measuring, and most lines fit.
  if (Bun.stringWidth(text) <= columns) return text;
  let end = columns;
  let kept = Bun.sliceAnsi(text, 0, end);
  while (end > 0 && Bun.stringWidth(kept) > columns) {
    end -= 1;
    kept = Bun.sliceAnsi(text, 0, end);
  }
  return kept;
}

export function paint(text: string, color: keyof typeof SGR, style: PanelStyle): string {
  return style.color && text !== "" ? `\x1b[${SGR[color]}m${text}\x1b[0m` : text;
}
