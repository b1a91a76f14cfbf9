import type { Distribution, LevelSummary, QuantilesWithFailures, Throughput } from "../metrics/summary-model.ts";
import {
  bounded,
  figure,
  figureWithin,
  milliseconds,
  millisecondsWithin,
  percent,
  tally,
  whole,
} from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";
import type { Phrase } from "./language-zh.ts";
import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";
import { type Interval, quantileInterval } from "./quantile-interval.ts";
import { serverLines } from "./render-server.ts";
import { alignedLines, fits } from "./text-table.ts";

const INDENT = "  ";
/** Half of an interval as a share of its figure, below which the digits tell enough. */
const NARROW = 0.01;

const TOKEN_SOURCES: Record<string, Phrase> = {
  usage: "by the server",
  tokenizer: "by plumb's tokenizer",
  plugin: "by the API plugin",
  none: "by nobody",
};

interface Cell {
  name: string;
  /** Where it stands in a line of its own; absent: `name`. */
  fullName?: string;
  text: string;
  /** Its interval, in brackets; absent: there is none worth telling. */
  interval?: string;
}

/** The figures to look at first, two a line where there is room. */
export function headline(level: LevelSummary, width: number, paint: Paint, say: Say = ENGLISH_SAY): string[] {
  if (level.requests.success === 0) return [];
  const { throughput, tpot_ms } = level;
  const cells: Cell[] = [
    { name: say("requests/s"), text: figure(throughput.requests_per_s) },
    produced(throughput, say),
    ...firstWait(level, say),
    ...pair("TPOT", tpot_ms, level.requests.success),
  ];
  const { cache_hit_rate } = level.tokens;
  if (cache_hit_rate !== null) cells.push({ name: say("cache hit rate"), text: percent(cache_hit_rate, 1) });
  if (throughput.items_per_s !== null) {
    cells.push({ name: say("input tokens/s"), text: figure(throughput.input_tokens_per_s) });
  }
  const lines = (columns: 1 | 2, intervals: boolean) => cellLines(cells, columns, intervals, paint);
  const some = cells.some(({ interval }) => interval !== undefined);
  const tried = some ? [lines(2, true), lines(2, false), lines(1, true)] : [lines(2, false)];
  const chosen = tried.find((one) => fits(one, width)) ?? lines(1, false);
  const meant = "in brackets: 95% intervals, as if requests were independent of each other";
  const told = some && (chosen === tried[0] || chosen === tried[2]);
  return told ? [...chosen, ...labelledLines("", paint(say(meant), "dim"), width, 0)] : chosen;
}

/** One or two cells a line: names to the left, figures under figures. */
function cellLines(cells: Cell[], columns: 1 | 2, intervals: boolean, paint: Paint): string[] {
  const rows: string[][] = [];
  const widest = Math.max(...cells.map(({ text }) => unitWidth(text)));
  for (let i = 0; i < cells.length; i += columns) {
    rows.push(
      Array.from({ length: columns }, (_, column) => cells[i + column]).flatMap((cell) => {
        const name = (columns === 1 ? cell?.fullName : undefined) ?? cell?.name ?? "";
        const interval = cell?.interval === undefined ? "" : paint(cell.interval, "dim");
        const text = cell?.text ?? "";
        // Figures stand under figures, whatever unit they have.
        const figures = paint(text, "bold") + " ".repeat(widest - unitWidth(text));
        return [paint(name, "bold"), figures, ...(intervals ? [interval] : [])];
      }),
    );
  }
  const one = ["left", "right", ...(intervals ? ["left" as const] : [])] as const;
  return alignedLines(rows, Array.from({ length: columns }, () => one).flat()).map((line) => INDENT + line);
}

/** Of " ms", "%", or nothing. */
function unitWidth(text: string): number {
  return /(?: ?[a-z]+|%)$/.exec(text)?.[0].length ?? 0;
}

/** What the service made each second: texts embedded or documents ranked, else tokens. */
function produced({ items_per_s, output_tokens_per_s, total_tokens_per_s }: Throughput, say: Say): Cell {
  if (items_per_s !== null) return { name: say("items/s"), text: figure(items_per_s) };
  if (output_tokens_per_s !== null) return { name: say("output tokens/s"), text: figure(output_tokens_per_s) };
  return { name: say("tokens/s"), text: figure(total_tokens_per_s) };
}

/** TTFT, or the latency where there is none: of the successes, and where something failed of everything too. */
function firstWait(level: LevelSummary, say: Say): Cell[] {
  const [name, of, all] =
    level.ttft_ms === null
      ? ([say("latency"), level.latency_ms, level.latency_with_failures_ms] as const)
      : (["TTFT", level.ttft_ms, level.ttft_with_failures_ms] as const);
  const { success, failed } = level.requests;
  return [...pair(name, of, success), ...(failed === 0 ? [] : pairWithFailures(name, all, say))];
}

function pair(name: string, of: Distribution | null, n: number): Cell[] {
  if (of === null) return [];
  return [
    { name: `${name} p50`, ...estimate(of.p50, quantileInterval(of, n, 0.5)) },
    { name: `${name} p99`, ...estimate(of.p99, quantileInterval(of, n, 0.99)) },
  ];
}

/** A wait with as many digits as its interval bears out, and that interval where it is not narrow. */
function estimate(ms: number, interval: Interval | null): Pick<Cell, "text" | "interval"> {
  if (interval === null) return { text: milliseconds(ms) };
  const half = ((interval.high ?? ms) - interval.low) / 2;
  const text = millisecondsWithin(ms, half);
  if (interval.high !== null && half < NARROW * ms) return { text };
  const scale = text.endsWith(" ms") ? 1 : 1000;
  const withoutUnit = (bound: number) => figureWithin(bound / scale, half / scale);
  const low = withoutUnit(interval.low);
  if (interval.high === null) return { text, interval: `(≥ ${low})` };
  const high = withoutUnit(interval.high);
  return { text, interval: `(${low}–${high})` };
}

function pairWithFailures(name: string, of: QuantilesWithFailures | null, say: Say): Cell[] {
  if (of === null) return [];
  return (["p50", "p99"] as const).map((p) => ({
    name: INDENT + say("with failures"),
    fullName: `${name} ${p} ${say("with failures")}`,
    text: say.word(bounded(of[p])),
  }));
}

/** What was counted, where, and how far the run was steady. */
export function counts(level: LevelSummary, width: number, say: Say = ENGLISH_SAY): string[] {
  return [
    ...labelledLines(say("tokens"), tokenText(level, say), width),
    ...labelledLines(say("steady"), steadyText(level, say), width),
    ...(level.late_sends === undefined ? [] : labelledLines(say("late"), lateText(level, say), width)),
    ...(level.server === undefined ? [] : serverLines(level.server, width, say)),
  ];
}

function tokenText({ tokens, coalesced_share, throughput }: LevelSummary, say: Say): string {
  const known = Object.entries(tokens.sources).map(([source, n]) => {
    const phrase = Object.hasOwn(TOKEN_SOURCES, source) ? TOKEN_SOURCES[source] : undefined;
    return [phrase === undefined ? printable(source) : say(phrase), n] as const;
  });
  const [only, ...others] = known;
  const how = others.length === 0 && only !== undefined ? only[0] : tally(Object.fromEntries(known));
  const parts = [say("{n} prompt", { n: whole(tokens.prompt) })];
  if (throughput.items_per_s === null) parts.push(say("{n} completion", { n: whole(tokens.completion) }));
  if (tokens.reasoning !== null) parts.push(say("{n} of them reasoning", { n: whole(tokens.reasoning) }));
  if (how !== "") parts.push(say("counted {how}", { how }));
  if (tokens.cached !== null) parts.push(say("{n} prompt tokens cached", { n: whole(tokens.cached) }));
  if (tokens.per_chunk !== null) parts.push(say("{n} a chunk", { n: tokens.per_chunk.toFixed(2) }));
  if (coalesced_share !== null) {
    parts.push(say("{share} of chunks read together", { share: percent(coalesced_share, 1) }));
  }
  return parts.join(", ");
}

function lateText({ late_sends, requests }: LevelSummary, say: Say): string {
  return say("{n} of {all} sent more than 10 ms late", { n: whole(late_sends ?? 0), all: whole(requests.total) });
}

function steadyText({ steady, little, duration_s }: LevelSummary, say: Say): string {
  if (steady === null) return say("none: shorter than 3 median latencies at 95% of the load");
  const { throughput } = steady;
  const parts = [
    say("{s} s of {all} s", { s: figure(steady.duration_s), all: figure(duration_s) }),
    say("{rate} requests/s", { rate: figure(throughput.requests_per_s) }),
  ];
  if (throughput.items_per_s !== null) parts.push(say("{rate} items/s", { rate: figure(throughput.items_per_s) }));
  if (throughput.output_tokens_per_s !== null) {
    parts.push(say("{rate} output tokens/s", { rate: figure(throughput.output_tokens_per_s) }));
  }
  if (steady.ttft_ms !== null) parts.push(`TTFT p99 ${milliseconds(steady.ttft_ms.p99)}`);
  if (little !== null) {
    const { holds, in_flight, rate_x_latency } = little;
    const sides = { n: figure(in_flight), product: figure(rate_x_latency) };
    const law = say("{n} in flight, rate x latency {product}", sides);
    parts.push(say(holds ? "Little's law holds ({law})" : "Little's law does not hold ({law})", { law }));
  }
  return parts.join(", ");
}
