import { figure, milliseconds, whole } from "../../figure-text.ts";
import { say } from "./words.ts";
import type { Word } from "./words-en.ts";

/** A quantity's unit, and how its values are written with it. */
export interface Unit {
  readonly name: string;
  show(value: number): string;
}

const MOST_DECIMALS = 6;

const plain = (name: string): Unit => ({ name, show: (value) => `${figure(value)} ${name}` });

/** A unit that has a name in each language: asked for when it is used, because the language can be switched. */
const spoken = (word: Word, number: (value: number) => string = figure): Unit => ({
  get name() {
    return say(word);
  },
  show: (value) => `${number(value)} ${say(word)}`,
});

export const MS: Unit = { name: "ms", show: milliseconds };
export const SECONDS: Unit = plain("s");
export const TOKENS: Unit = spoken("tokens", whole);
export const TOKENS_PER_S: Unit = spoken("tokensPerS");
export const REQUESTS_PER_S: Unit = spoken("requestsPerS");
export const ITEMS_PER_S: Unit = spoken("itemsPerS");
export const REQUESTS: Unit = spoken("requestCount");
export const WATTS: Unit = plain("W");
export const CORES: Unit = spoken("cores");
export const PERCENT: Unit = { name: "%", show: (value) => `${Number(value.toFixed(2))}%` };

/** A number without its unit, for a column or an axis that names it. */
export function tick(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 4 });
}

/** Numbers at equal distances, with the decimals that their distance has. */
export function ticks(values: number[]): string[] {
  const step = Math.abs((values[1] ?? 1) - (values[0] ?? 0));
  let decimals = 0;
  while (decimals < MOST_DECIMALS && !isNearlyWhole(step * 10 ** decimals)) decimals++;
  const format = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return values.map((value) => value.toLocaleString("en-US", format));
}

function isNearlyWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6 * Math.max(1, value);
}
