import { distributionOfCounts } from "./distribution.ts";
import { MicroCounts } from "./quantile.ts";
import type { Distribution } from "./summary-model.ts";

/** Gaps between successive events with output, of any number of requests, in flat memory (16 MB). */
export class ChunkGaps {
  readonly #gaps = new MicroCounts();
  /** null: every gap so far was ended by one token, so that these counts would be the same. */
  #perToken: MicroCounts | null = null;

  /**
   * @param times microseconds, one for each event
   * @param tokens output tokens of each event, 0 for none
   */
  add(times: number[], tokens: number[]): void {
    let before = -1;
    for (let i = 0; i < times.length; i++) {
      const here = tokens[i] ?? 0;
      if (here === 0) continue;
      if (before >= 0) {
        const gap = times[i]! - times[before]!;
        if (here !== 1) this.#perToken ??= this.#gaps.copy();
        this.#gaps.add(gap);
        this.#perToken?.add(gap / here, here);
      }
      before = i;
    }
  }

  get chunkGapMs(): Distribution | null {
    return distributionOfCounts(this.#gaps);
  }

  /** Each gap shared by the tokens of the chunk that ends it, and counted once for each of them. */
  get itlMs(): Distribution | null {
    return distributionOfCounts(this.#perToken ?? this.#gaps);
  }
}
