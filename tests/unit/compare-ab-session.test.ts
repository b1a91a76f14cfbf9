import { describe, expect, test } from "bun:test";
import { AbSession, type Block } from "../../src/compare/ab-session.ts";
import { ErrorSpending, isLook } from "../../src/compare/error-spending.ts";
import type { LevelSummary } from "../../src/metrics/summary-model.ts";
import { normal } from "./compare-fixture.ts";

const FIGURES = [{ metric: "ttft_ms", stat: "p50" as const }];
const OPTIONS = { budgetS: 1000, confidence: 0.95, margin: { ratio: 0.05, points: 0.01 }, figures: FIGURES };

const measured = (ttft: number): Block => ({
  kind: "measured",
  level: { ttft_ms: { p50: ttft } } as unknown as LevelSummary,
});

/** Blocks of 10 s whose TTFT spreads by `cv`, and drifts by a percent a block. */
async function simulated(ratio: number, cv: number, draw: () => number, block?: (pair: number) => Block | null) {
  let seconds = 0;
  let n = 0;
  const sent: string[] = [];
  const result = await new AbSession(OPTIONS, {
    now: () => seconds * 1000,
    notice: () => {},
    async block(side, pair) {
      seconds += 10;
      n++;
      sent.push(`${"AB"[side]}${pair}`);
      const other = block?.(pair) ?? null;
      return other ?? measured(100 * (side === 1 ? ratio : 1) * (1 + 0.01 * n) * Math.exp(cv * draw()));
    },
  }).run();
  return { ...result, sent, seconds };
}

describe("an A/B session", () => {
  test("goes A B, B A, and ends as soon as it can tell", async () => {
    const { answer, end, sent, seconds, figures } = await simulated(1.3, 0.005, normal(1));
    expect(sent.slice(0, 4)).toEqual(["A0", "B0", "B1", "A1"]);
    expect({ answer, end }).toEqual({ answer: "worse", end: "told" });
    expect(seconds).toBeLessThan(300);
    expect(figures[0]!.blocks.a).toHaveLength(figures[0]!.blocks.b.length);
  });

  test("five times of five: equal is no difference, 15% slower is worse", async () => {
    const draw = normal(2);
    for (let i = 0; i < 5; i++) {
      expect((await simulated(1, 0.02, draw)).answer).toBe("same");
      expect((await simulated(1.15, 0.02, draw)).answer).toBe("worse");
      expect((await simulated(0.85, 0.02, draw)).answer).toBe("better");
    }
  });

  test("all its looks together give a false alarm no more often than agreed", async () => {
    const draw = normal(3);
    const times = 600;
    let alarms = 0;
    for (let i = 0; i < times; i++) {
      const { answer } = await simulated(1, 0.25, draw);
      if (answer === "worse" || answer === "better") alarms++;
    }
    expect(alarms / times).toBeLessThan(0.07);
    expect(alarms).toBeGreaterThan(0);
  });

  test("a difference as large as the margin is called none no more often than agreed", async () => {
    const draw = normal(4);
    const times = 400;
    let wrong = 0;
    for (let i = 0; i < times; i++) if ((await simulated(1.0501, 0.03, draw)).answer === "same") wrong++;
    expect(wrong / times).toBeLessThan(0.07);
  });

  test("never goes over its budget, and says that it could not tell", async () => {
    const { seconds, end, answer } = await simulated(1.02, 0.5, normal(5));
    expect(seconds).toBeLessThanOrEqual(1000);
    expect({ end, answer }).toEqual({ end: "budget", answer: "inconclusive" });
  });

  test("a block that plumb's own machine shaped takes its pair away; six in a row end it", async () => {
    const now = await simulated(1.3, 0.005, normal(6), (pair) =>
      pair === 1 ? { kind: "limited", reason: "lag" } : null,
    );
    expect(now.thrown).toEqual([{ pair: 1, side: "B", reason: "lag" }]);
    expect(now.answer).toBe("worse");
    const never = await simulated(1.3, 0.005, normal(6), () => ({ kind: "limited", reason: "lag" }));
    expect(never).toMatchObject({ end: "client-limited", answer: "inconclusive", pairs: 0 });
    expect(never.thrown).toHaveLength(6);
  });

  test("failed and interrupted blocks end it with what is known so far", async () => {
    const failed = await simulated(1, 0.01, normal(7), (pair) => (pair === 3 ? { kind: "failed", reason: "x" } : null));
    expect(failed).toMatchObject({ end: "failed", pairs: 3 });
    const cut = await simulated(1, 0.01, normal(7), (pair) => (pair === 0 ? { kind: "interrupted" } : null));
    expect(cut).toMatchObject({ end: "interrupted", pairs: 0, answer: "inconclusive" });
  });
});

test("the error that looks spend adds up to what is allowed", () => {
  const spending = new ErrorSpending(0.05);
  const parts = [0.1, 0.3, 0.3, 0.7, 1, 2].map((share) => spending.atLook(share));
  expect(parts.reduce((sum, part) => sum + part)).toBeCloseTo(0.05, 12);
  expect(parts.every((part) => part >= 0)).toBe(true);
  expect(parts[2]).toBe(0);
});

test("looks are few, and after an even number of pairs", () => {
  const looks = Array.from({ length: 60 }, (_, i) => i).filter(isLook);
  expect(looks).toEqual([4, 6, 10, 16, 24, 36, 54]);
});
