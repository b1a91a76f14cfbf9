/** Of everything that is written into a chart. */
export const FONT = '12px system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif';

/** The canvas counts device pixels. */
export function scaledFont(): string {
  return FONT.replace("12px", `${11 * devicePixelRatio}px`);
}
