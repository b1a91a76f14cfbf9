import { LatencySketch } from "./latency-sketch.ts";
import type { RecentReading } from "./progress.ts";
import { RECENT_SECONDS } from "./recent-counts.ts";

/** The figures are of so many seconds, and of all that are kept where nothing ended in those. */
const FIGURE_SECONDS = 10;

interface Second {
  /** Whole seconds since the run began; null: nothing ended in any that had its place. */
  at: number | null;
  sketch: LatencySketch;
  /** Its quantiles, once it is over. */
  closed: { p50: number | null; p99: number | null } | null;
}

type FilledSecond = Second & { at: number };

/** Quantiles of the last seconds, and how they went: a sketch a second, so 300 KB however many requests end. */
export class RecentTimes {
  /** A ring: the second `at` is at its place modulo the length. */
  readonly #seconds: Second[] = Array.from({ length: RECENT_SECONDS }, () => ({
    at: null,
    sketch: new LatencySketch(),
    closed: null,
  }));
  #latest = this.#seconds[0]!;
  readonly #merged = new LatencySketch();

  /** @param at whole seconds since the run began */
  add(ms: number, at: number): void {
    this.#second(at).sketch.add(ms);
  }

  /** null: nothing ended in the seconds that are kept. */
  read(now: number): RecentReading | null {
    const kept = this.#since(now - RECENT_SECONDS);
    if (kept.length === 0) return null;
    const newest = this.#since(now - FIGURE_SECONDS);
    this.#merged.clear();
    for (const { sketch } of newest.length > 0 ? newest : kept) this.#merged.merge(sketch);
    const [p50, p99] = [this.#merged.quantile(0.5), this.#merged.quantile(0.99)];
    if (p50 === null || p99 === null) return null;
    const curves = { p50Curve: blank(), p99Curve: blank() };
    for (const second of kept) {
      const place = second.at - now + RECENT_SECONDS - 1;
      const { p50, p99 } = quantilesOf(second, now);
      curves.p50Curve[place] = p50;
      curves.p99Curve[place] = p99;
    }
    return { p50, p99, ...curves };
  }

  #since(moment: number): FilledSecond[] {
    return this.#seconds.filter((second): second is FilledSecond => second.at !== null && second.at > moment);
  }

  #second(at: number): Second {
    if (this.#latest.at === at) return this.#latest;
    const kept = this.#seconds[at % RECENT_SECONDS]!;
    this.#latest = kept;
    if (kept.at !== at) {
      kept.at = at;
      kept.sketch.clear();
      kept.closed = null;
    }
    return kept;
  }
}

function quantilesOf(second: FilledSecond, now: number) {
  if (second.closed !== null) return second.closed;
  const found = { p50: second.sketch.quantile(0.5), p99: second.sketch.quantile(0.99) };
  if (second.at < now) second.closed = found;
  return found;
}

function blank(): (number | null)[] {
  return new Array<number | null>(RECENT_SECONDS).fill(null);
}
