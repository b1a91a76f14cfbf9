import type { LevelSummary } from "../../../metrics/summary-model.ts";
import { chart } from "./chart.ts";
import type { Axis, ChartSpec, Line, Values } from "./chart-spec.ts";
import { element, section } from "./element.ts";
import { loadOf } from "./levels.ts";
import type { Color } from "./palette.ts";
import { paretoChart } from "./pareto.ts";
import { MS, PERCENT, REQUESTS, REQUESTS_PER_S, TOKENS_PER_S, type Unit } from "./units.ts";
import { say } from "./words.ts";

/** From this ratio of the largest to the smallest load on, loads stand on a logarithmic axis. */
const LOG_FROM = 10;
const QUANTILES = [
  ["p50", "blue"],
  ["p90", "green"],
  ["p99", "orange"],
] as const;

/** How figures change with the load; null for a run of one level. */
export function loadCharts(all: LevelSummary[]): HTMLElement | null {
  const levels = all.filter((level) => loadOf(level) !== null).toSorted((a, b) => loadOf(a)! - loadOf(b)!);
  if (levels.length < 2) return null;
  return section(
    "load",
    say("load"),
    element(
      "div",
      { class: "charts" },
      paretoChart(levels),
      chart(successSpec(levels)),
      chart(throughputSpec(levels)),
      chart(quantilesSpec(levels, "ttft_ms", say("ttftOverLoad"))),
      chart(quantilesSpec(levels, "latency_ms", say("latencyOverLoad"))),
    ),
  );
}

function successSpec(levels: LevelSummary[]): ChartSpec {
  const rates = levels.map(({ requests }) => (requests.success_rate === null ? null : requests.success_rate * 100));
  const least = Math.min(...rates.map((rate) => rate ?? 100));
  return {
    ...base(levels),
    title: say("successOverLoad"),
    note: say("successNote"),
    y: { label: say("success"), unit: PERCENT, range: [least > 90 ? Math.floor(least) - 1 : 0, 100.5], most: 100 },
    lines: [dotted(say("success"), "green", rates, PERCENT)],
  };
}

function throughputSpec(levels: LevelSummary[]): ChartSpec {
  const requests = levels.map(({ throughput }) => throughput.requests_per_s);
  const tokens = levels.map(({ throughput }) => throughput.output_tokens_per_s);
  const spec: ChartSpec = {
    ...base(levels),
    title: say("throughputOverLoad"),
    note: "",
    y: { label: say("throughput"), unit: REQUESTS_PER_S },
    lines: [dotted(say("throughput"), "blue", requests, REQUESTS_PER_S)],
  };
  if (tokens.every((value) => value === null)) return spec;
  spec.right = { label: say("outputThroughput"), unit: TOKENS_PER_S };
  spec.lines.push({ ...dotted(say("outputThroughput"), "orange", tokens, TOKENS_PER_S), right: true, dashed: true });
  return spec;
}

function quantilesSpec(levels: LevelSummary[], key: "ttft_ms" | "latency_ms", title: string): ChartSpec {
  return {
    ...base(levels),
    title,
    note: "",
    y: { label: key === "ttft_ms" ? "TTFT" : say("latency"), unit: MS },
    lines: QUANTILES.map(([name, color]) =>
      dotted(
        name,
        color,
        levels.map((level) => level[key]?.[name] ?? null),
        MS,
      ),
    ),
  };
}

function base(levels: LevelSummary[]): Pick<ChartSpec, "x" | "xs"> {
  const xs = levels.map((level) => loadOf(level)!);
  const open = levels.every(({ rate }) => rate !== null);
  const log = xs[0]! > 0 && xs.at(-1)! / xs[0]! >= LOG_FROM;
  const unit = open ? REQUESTS_PER_S : REQUESTS;
  const x: Axis = { label: say(open ? "rate" : "parallel"), unit: { name: "", show: unit.show }, log };
  return { x, xs };
}

function dotted(label: string, color: Color, values: Values, unit: Unit): Line {
  return { label, color, values, unit, shape: "line", dots: true };
}
