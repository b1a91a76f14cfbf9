import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MOCK_DEFAULTS } from "../../src/mock/options.ts";
import { seededRandom } from "../../src/mock/random.ts";
import { type Chunk, chunkAfter, planReply, type ReplyPlan, replyEndMs } from "../../src/mock/reply.ts";

const NO_WISH = { maxTokens: null, minTokens: 0, ignoreEos: false };
const OPTIONS = { ...MOCK_DEFAULTS, ttftMs: 100, itlMs: 10, tokens: 64 };

function chunksOf(plan: ReplyPlan): Chunk[] {
  const chunks = [chunkAfter(plan, 0)];
  while (!chunks.at(-1)!.last) {
    const { from, tokens } = chunks.at(-1)!;
    chunks.push(chunkAfter(plan, from + tokens));
  }
  return chunks;
}

describe("a reply's length", () => {
  test.each([
    [NO_WISH, 64, "stop"],
    [{ ...NO_WISH, maxTokens: 10 }, 10, "length"],
    [{ ...NO_WISH, maxTokens: 100 }, 64, "stop"],
    [{ ...NO_WISH, maxTokens: 64 }, 64, "stop"],
    [{ ...NO_WISH, maxTokens: 100, ignoreEos: true }, 100, "length"],
    [{ ...NO_WISH, ignoreEos: true }, 64, "stop"],
    [{ ...NO_WISH, minTokens: 80 }, 80, "stop"],
    [{ ...NO_WISH, minTokens: 80, maxTokens: 70 }, 70, "length"],
  ] as const)("%j gives %d, %s", (wish, tokens, finish) => {
    expect(planReply(wish, OPTIONS, seededRandom(1))).toMatchObject({ tokens, finish });
  });
});

test("ranges are drawn within their bounds, the same for the same seed", () => {
  const options = { ...OPTIONS, ttftMs: { from: 50, to: 60 }, itlMs: { from: 1, to: 2 }, tokens: { from: 3, to: 5 } };
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 300 }, () => planReply(NO_WISH, options, random));
  };
  const plans = draw(7);
  expect(plans).toEqual(draw(7));
  expect(plans).not.toEqual(draw(8));
  expect(plans.every(({ ttftMs, itlMs }) => ttftMs >= 50 && ttftMs <= 60 && itlMs >= 1 && itlMs <= 2)).toBe(true);
  expect(new Set(plans.map(({ tokens }) => tokens))).toEqual(new Set([3, 4, 5]));
  const mean = plans.reduce((sum, { ttftMs }) => sum + ttftMs, 0) / plans.length;
  expect(Math.abs(mean - 55)).toBeLessThan(1);
});

describe("chunks", () => {
  const plans = fc.record({
    ttftMs: fc.nat(1000),
    itlMs: fc.nat(100),
    tokens: fc.nat(200),
    reasoning: fc.nat(50),
    chunkTokens: fc.integer({ min: 1, max: 9 }),
    finish: fc.constant("stop" as const),
  });

  test("hold every token once, in order, in time, reasoning apart from the answer", () => {
    fc.assert(
      fc.property(plans, (drawn) => {
        const plan = { ...drawn, reasoning: Math.min(drawn.reasoning, drawn.tokens) };
        const chunks = chunksOf(plan);
        let sent = 0;
        for (const chunk of chunks) {
          expect(chunk.from).toBe(sent);
          sent += chunk.tokens;
          expect(chunk.tokens).toBeLessThanOrEqual(plan.chunkTokens);
          expect(chunk.channel).toBe(sent <= plan.reasoning && plan.reasoning > 0 ? "reasoning" : "answer");
        }
        expect(sent).toBe(plan.tokens);
        expect(chunks[0]!.dueMs).toBe(plan.ttftMs);
        expect(chunks.at(-1)!.dueMs).toBe(replyEndMs(plan));
        // TPOT as a client reckons it, the first chunk's tokens taken off, is the asked one.
        const [first, last] = [chunks[0]!, chunks.at(-1)!];
        expect(last.dueMs - first.dueMs).toBe((plan.tokens - first.tokens) * plan.itlMs);
      }),
    );
  });

  test("a reply without tokens is one empty chunk, at the time of the first token", () => {
    const plan: ReplyPlan = { ttftMs: 5, itlMs: 1, tokens: 0, reasoning: 0, chunkTokens: 4, finish: "stop" };
    expect(chunksOf(plan)).toEqual([{ from: 0, tokens: 0, channel: "answer", last: true, dueMs: 5 }]);
  });
});
