import { setDefaultTimeout } from "bun:test";
import type { DifferenceRule } from "../../src/compare/difference.ts";
import { Prng } from "../../src/tokens/prng.ts";
import { levelRow, type MadeRun, recordRun, request } from "./record-fixture.ts";

// Simulations and records by the dozen, on machines that have other work too.
setDefaultTimeout(120_000);

export const RATIO: DifferenceRule = { scale: "ratio", better: "lower", margin: 0.05, confidence: 0.95 };

/** Standard normal numbers, always the same of a seed (Box and Muller). */
export function normal(seed: number): () => number {
  const random = new Prng(seed);
  const even = () => (random.uint32() + 1) / (2 ** 32 + 1);
  return () => Math.sqrt(-2 * Math.log(even())) * Math.cos(2 * Math.PI * even());
}

export interface MadeService {
  ttftMs: number;
  /** Standard deviation of a request's TTFT, as a share. */
  cv?: number;
  requests?: number;
  /** One request in so many fails. */
  failEvery?: number;
  parallel?: number;
  seed: number;
}

/** A closed loop of one slot after the other: TTFT as told, then 10 tokens at 5 ms. */
function madeRun({ ttftMs, cv = 0.05, requests = 300, failEvery, parallel = 4, seed }: MadeService): MadeRun {
  const draw = normal(seed);
  const free = Array.from({ length: parallel }, () => 0);
  const made = Array.from({ length: requests }, (_, id) => {
    const slot = free.indexOf(Math.min(...free));
    const at = free[slot]!;
    const ttft = Math.round(1000 * ttftMs * Math.exp(cv * draw()));
    const times = Array.from({ length: 10 }, (_unused, i) => ttft + 5000 * i);
    free[slot] = at + times.at(-1)! / 1e6 + 0.0001;
    const failed = failEvery !== undefined && id % failEvery === failEvery - 1;
    return request({ id: id + 1, at, times, ...(failed && { ending: { ok: false, kind: "reset", message: "gone" } }) });
  });
  return { requests: made, levels: [levelRow({ parallel, number: requests })] };
}

export function recordService(file: string, service: MadeService): void {
  recordRun(file, madeRun(service));
}
