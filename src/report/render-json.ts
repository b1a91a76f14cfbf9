import type { Summary } from "../metrics/summary-model.ts";
import { printableJson } from "./printable.ts";

/** summary.json: fields in the order of the model, figures unrounded, so that SQL on the file gives the same ones. */
export function renderJson(summary: Summary): string {
  return `${printableJson(summary, 2)}\n`;
}
