import type { Params, PlainOptions } from "plumb";
import type { Pace } from "./traces/trace-times.ts";

/** `--dataset-args` of every dataset that has times of its own. */
export const replayOptions = {
  speed: { type: "number", default: 1, help: "How many times as fast as it was" },
  window: { type: "array", help: "Part to send, as two numbers of seconds from the trace's start: [0, 600]" },
  max_idle: { type: "number", help: "Longest wait for the next request or turn, in seconds" },
  model_override: { type: "string", help: "Model of every request" },
  model_mapping: { type: "object", help: 'Models in place of the trace\'s: {"old": "new"}' },
} satisfies PlainOptions;

/** @throws Error that names an option that makes no sense */
export function paceOf({ datasetArgs }: Params): Pace {
  const { speed = 1, window, max_idle: maxIdle = Number.POSITIVE_INFINITY } = datasetArgs;
  if (!(typeof speed === "number" && speed > 0)) throw new Error(`speed must be a number above 0, not ${speed}`);
  if (!(typeof maxIdle === "number" && maxIdle >= 0)) throw new Error(`max_idle must be seconds, not ${maxIdle}`);
  const [fromS, toS = Number.POSITIVE_INFINITY] = window === undefined ? [0] : (window as unknown[]);
  if (typeof fromS !== "number" || typeof toS !== "number" || fromS < 0 || toS <= fromS) {
    throw new Error("window must be two numbers of seconds from the trace's start: [0, 600]");
  }
  return { speed, fromS, toS, maxIdleS: maxIdle };
}

/** The model in place of a trace's; undefined: the trace says none, and nobody else does. */
export function modelIn({ datasetArgs, model, given }: Params, byFlag: boolean): (traced: unknown) => unknown {
  const { model_override: override, model_mapping: mapping = {} } = datasetArgs;
  const asked = byFlag && given.includes("model") ? model : undefined;
  return (traced) => override ?? (mapping as Record<string, unknown>)[String(traced)] ?? asked ?? traced;
}
