import type { Exchange } from "./http-exchange.ts";
import type { MockStats } from "./stats.ts";

/** Notes when one reply's tokens leave. */
export class ChunkStamps {
  constructor(
    private readonly exchange: Exchange,
    private readonly stats: MockStats,
  ) {}

  /** `events` token events leave in one write at `now`. */
  stamp(now: number, events: number): void {
    const { exchange, stats } = this;
    if (exchange.lastTokenAt === null) stats.ttft.add(now - exchange.readAt);
    else stats.gap.add(now - exchange.lastTokenAt);
    stats.gap.add(0, events - 1);
    exchange.firstTokenAt ??= now;
    exchange.lastTokenAt = now;
  }
}
