/** Colours are variables of the style sheet, so that light and dark have their own. They tell apart for colour-blind eyes. */
export type Color = "blue" | "orange" | "green" | "purple" | "red" | "teal" | "grey";

const LINES: Color[] = ["blue", "orange", "green", "purple", "teal", "grey"];

export function lineColor(place: number): Color {
  return LINES[place % LINES.length]!;
}

export function resolve(name: Color | "ink" | "muted" | "grid" | "paper" | "band"): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
