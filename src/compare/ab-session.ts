import type { FigureName } from "../config/plan.ts";
import { figureOf, shortName, unitOf } from "../metrics/figure-name.ts";
import type { LevelSummary } from "../metrics/summary-model.ts";
import type { AbEnd, AbFigure, AbResult, ThrownBlock } from "./ab-model.ts";
import type { Answer, Difference, Scale } from "./comparison-model.ts";
import { pairedDifference } from "./difference.ts";
import { ErrorSpending, isLook } from "./error-spending.ts";
import { meanOf } from "./estimate.ts";
import { betterOf, scaleOf } from "./figure-scale.ts";

/** What became of a block of load. limited: plumb's own machine shaped its figures. */
export type Block =
  | { kind: "measured"; level: LevelSummary }
  | { kind: "limited"; reason: string }
  | { kind: "failed"; reason: string }
  | { kind: "interrupted" };

export interface AbOptions {
  budgetS: number;
  confidence: number;
  margin: Record<Scale, number>;
  figures: FigureName[];
}

export interface AbDriver {
  /**
   * Sends one block and reads its figures back.
   * @param side 0: the baseline
   * @param pair blocks of one pair get the same prompts and arrivals
   */
  block(side: 0 | 1, pair: number): Promise<Block>;
  /** Milliseconds. */
  now(): number;
  notice(line: string): void;
}

interface Pair {
  a: LevelSummary;
  b: LevelSummary;
}

/** In a row, after which the machine is not going to get better. */
const MOST_THROWN = 6;

/**
 * Blocks in the order A B, B A, A B, ...: what changes evenly with time meets both alike. Looks now and then whether
 * every figure can be told, and ends when it can or the budget is spent.
 */
export class AbSession {
  readonly #pairs: Pair[] = [];
  readonly #thrown: ThrownBlock[] = [];
  readonly #told = new Map<string, Difference>();
  readonly #spending: ErrorSpending;
  #inARow = 0;

  constructor(
    readonly options: AbOptions,
    readonly driver: AbDriver,
  ) {
    this.#spending = new ErrorSpending(1 - options.confidence);
  }

  async run(): Promise<AbResult> {
    const begun = this.driver.now();
    const elapsed = () => (this.driver.now() - begun) / 1000;
    let longest = 0;
    for (let number = 0; ; number++) {
      const from = elapsed();
      const outcome = await this.#pair(number);
      if (outcome !== "go on") return this.#result(outcome);
      longest = Math.max(longest, elapsed() - from);
      if (elapsed() + longest > this.options.budgetS) return this.#result(this.#look(1) ? "told" : "budget");
      if (this.#inARow === 0 && isLook(this.#pairs.length) && this.#look(elapsed() / this.options.budgetS)) {
        return this.#result("told");
      }
    }
  }

  async #pair(number: number): Promise<AbEnd | "go on"> {
    const order: (0 | 1)[] = number % 2 === 0 ? [0, 1] : [1, 0];
    const levels: LevelSummary[] = [];
    for (const side of order) {
      const block = await this.driver.block(side, number);
      if (block.kind === "interrupted") return "interrupted";
      if (block.kind === "failed") {
        this.driver.notice(`${"AB"[side]}: ${block.reason}`);
        return "failed";
      }
      if (block.kind === "limited") return this.#throwAway(number, side, block.reason);
      levels[side] = block.level;
    }
    this.#inARow = 0;
    this.#pairs.push({ a: levels[0]!, b: levels[1]! });
    return "go on";
  }

  /** Half a pair has no partner that ran beside it, so that the pair goes. */
  #throwAway(pair: number, side: 0 | 1, reason: string): AbEnd | "go on" {
    this.#thrown.push({ pair, side: side === 0 ? "A" : "B", reason });
    this.driver.notice(`pair ${pair + 1} is thrown away, because plumb's own machine shaped it: ${reason}`);
    this.#inARow++;
    return this.#inARow === MOST_THROWN ? "client-limited" : "go on";
  }

  /** Whether all figures are told now. What was told at an earlier look stays. */
  #look(share: number): boolean {
    const { figures } = this.options;
    const alpha = this.#spending.atLook(share) / figures.length;
    let all = true;
    for (const figure of figures) {
      const name = shortName(figure);
      if ((this.#told.get(name)?.answer ?? "inconclusive") !== "inconclusive") continue;
      const difference = this.#difference(figure, 1 - alpha);
      this.#told.set(name, difference);
      // What no block has, no further block will have.
      if (difference.answer === "inconclusive" && difference.difference !== null) all = false;
    }
    return all;
  }

  #difference(figure: FigureName, confidence: number): Difference {
    const scale = scaleOf(figure.metric);
    const pairs = this.#pairs.flatMap((pair) => {
      const [a, b] = [figureOf(pair.a, figure), figureOf(pair.b, figure)];
      return a === null || b === null ? [] : [{ a, b }];
    });
    return pairedDifference(pairs, { scale, better: betterOf(figure), margin: this.options.margin[scale], confidence });
  }

  #result(end: AbEnd): AbResult {
    if (end !== "told" && end !== "budget") this.#look(1);
    const figures = this.options.figures.map((figure): AbFigure => {
      const [a, b] = (["a", "b"] as const).map((side) => this.#pairs.map((pair) => figureOf(pair[side], figure)));
      return {
        figure: shortName(figure),
        unit: unitOf(figure),
        better: betterOf(figure),
        blocks: { a: a!, b: b! },
        values: [meanIfAny(a!), meanIfAny(b!)],
        difference: this.#told.get(shortName(figure))!,
      };
    });
    const known = figures.filter(({ difference }) => difference.difference !== null);
    return {
      end,
      answer: answerOfAll(known.map(({ difference }) => difference.answer)),
      pairs: this.#pairs.length,
      thrown: this.#thrown,
      figures,
    };
  }
}

function answerOfAll(answers: Answer[]): Answer | "mixed" {
  const [better, worse] = [answers.includes("better"), answers.includes("worse")];
  if (better && worse) return "mixed";
  if (better || worse) return better ? "better" : "worse";
  return answers.length > 0 && answers.every((answer) => answer === "same") ? "same" : "inconclusive";
}

function meanIfAny(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : meanOf(known);
}
