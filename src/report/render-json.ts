import type { Summary } from "../metrics/summary-model.ts";

/** summary.json: fields in the order of the model, figures unrounded, so that SQL on the file gives the same ones. */
export function renderJson(summary: Summary): string {
  return `${JSON.stringify(summary, null, 2)}\n`;
}
