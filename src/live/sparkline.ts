const BLOCKS = "▁▂▃▄▅▆▇█";
const ASCII = "_.:-=+*#";

/**
 * A small curve from 0 to the greatest of the values, the newest at its right end. null: nothing is known of that time,
 * which is a blank; so is what lies before the first.
 */
export function sparkline(values: (number | null)[], width: number, unicode: boolean): string {
  if (width < 1) return "";
  const shown = values.slice(-width);
  const known = shown.filter((value) => value !== null && Number.isFinite(value)) as number[];
  const greatest = Math.max(0, ...known);
  const marks = unicode ? BLOCKS : ASCII;
  const mark = (value: number | null): string => {
    if (value === null || !Number.isFinite(value)) return " ";
    const share = greatest === 0 ? 0 : Math.max(0, value) / greatest;
    return marks[Math.round(share * (marks.length - 1))]!;
  };
  return shown.map(mark).join("").padStart(width);
}
