import type { RunSummary } from "../metrics/summary-model.ts";
import { figure, milliseconds } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import type { Say } from "./language.ts";
import type { Paint } from "./paint.ts";

/** One sentence on what to do next, where the data give one. */
export function adviceLines(summary: RunSummary, width: number, paint: Paint, say: Say): string[] {
  const text = adviceOf(summary, say);
  return text === null ? [] : labelledLines(say("advice"), paint(text, "bold"), width);
}

function adviceOf({ client, curve, search, levels }: RunSummary, say: Say): string | null {
  if (levels.every(({ requests }) => requests.success === 0)) return null;
  // What the levels say of the service is then said of plumb's own machine.
  if (client.verdict === "client-limited") {
    return say("plumb's own machine was the limit, so the service may do more: see the verdict");
  }
  const advice = search === undefined ? (curve?.advice ?? null) : null;
  return advice === null ? null : say.sentence(advice);
}

/** The level of a ladder that gave most: the first thing to look at. */
export function bestLines({ curve, search }: RunSummary, width: number, paint: Paint, say: Say): string[] {
  const best = curve?.points.find(({ level }) => level === curve.best_throughput);
  if (best === undefined || search !== undefined) return [];
  const { parallel, rate, course, requests_per_s, output_tokens_per_s, ttft_ms, latency_ms } = best;
  const load =
    rate !== null
      ? say("{rate} requests/s", { rate: course ?? String(rate) })
      : say("{load} at once", { load: `${parallel}` });
  const figures = [say("{rate} requests/s", { rate: figure(requests_per_s) })];
  if (output_tokens_per_s !== null) {
    figures.push(say("{rate} output tokens/s", { rate: figure(output_tokens_per_s) }));
  }
  figures.push(
    ttft_ms === null
      ? say("mean latency {ms}", { ms: milliseconds(latency_ms) })
      : say("mean TTFT {ms}", { ms: milliseconds(ttft_ms) }),
  );
  const text = say("{load}: {figures}", { load, figures: figures.join(", ") });
  return labelledLines(say("best"), paint(text, "bold"), width);
}
