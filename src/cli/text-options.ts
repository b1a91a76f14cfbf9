import type { TextOptions } from "../report/render-comparison.ts";
import { usesColor } from "./color.ts";

/** How a result is printed on this process's stdout. */
export function textOptions(): TextOptions {
  return { color: usesColor(process.stdout), columns: process.stdout.columns };
}
