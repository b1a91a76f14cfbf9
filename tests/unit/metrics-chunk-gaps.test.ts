import { expect, test } from "bun:test";
import { ChunkGaps } from "../../src/metrics/chunk-gaps.ts";

test("gaps are between events with output; the first has none", () => {
  const gaps = new ChunkGaps();
  gaps.add([5, 1000, 2500, 2600, 9000], [0, 1, 1, 0, 1]);
  expect(gaps.chunkGapMs).toMatchObject({ min: 1.5, max: 6.5, mean: 4 });
});

test("a gap is shared by the tokens of the chunk that ends it, and weighs as many", () => {
  const gaps = new ChunkGaps();
  gaps.add([0, 10_000, 12_000], [9, 4, 1]);
  expect(gaps.chunkGapMs).toMatchObject({ p50: 2, max: 10, mean: 6 });
  // Four tokens of 2.5 ms, one of 2 ms.
  expect(gaps.itlMs).toMatchObject({ min: 2, p25: 2.5, max: 2.5 });
  expect(gaps.itlMs?.mean).toBeCloseTo(12 / 5, 12);
});

test("gaps do not reach from one request into the next", () => {
  const gaps = new ChunkGaps();
  gaps.add([1000], [1]);
  gaps.add([5000], [1]);
  gaps.add([], []);
  expect(gaps.chunkGapMs).toBeNull();
  expect(gaps.itlMs).toBeNull();
});

test("gaps of single tokens count for ITL too, before and after a chunk of several", () => {
  const gaps = new ChunkGaps();
  gaps.add([0, 1000, 3_000_000], [1, 1, 1]);
  expect(gaps.itlMs).toEqual(gaps.chunkGapMs);
  gaps.add([0, 8000, 10_000], [1, 4, 1]);
  // 1 ms, 2,999 ms, four times 2 ms, and 2 ms again.
  expect(gaps.itlMs).toMatchObject({ min: 1, p25: 2, p75: 2, max: 2999 });
  expect(gaps.itlMs?.mean).toBeCloseTo((1 + 2999 + 5 * 2) / 7, 9);
  expect(gaps.chunkGapMs?.mean).toBeCloseTo((1 + 2999 + 8 + 2) / 4, 9);
});
