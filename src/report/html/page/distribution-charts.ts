import {
  HISTOGRAM_KEYS,
  type HistogramKey,
  type LevelHistograms,
  type PackedCounts,
} from "../../../metrics/series-model.ts";
import type { LevelSummary } from "../../../metrics/summary-model.ts";
import type { ReportData } from "../report-data.ts";
import { chart } from "./chart.ts";
import type { ChartSpec, Line } from "./chart-spec.ts";
import { element, section } from "./element.ts";
import { levelName } from "./levels.ts";
import { lineColor } from "./palette.ts";
import { percentileTables } from "./percentiles.ts";
import { MS, PERCENT } from "./units.ts";
import { capital, say } from "./words.ts";

const MOST_BARS = 48;
const MOST_CURVES = 6;

/** Distributions of the level that is chosen; cumulative ones of some others beside it. */
export function distributionCharts(
  data: ReportData,
  chosen: number,
  choose: (level: number) => void,
): HTMLElement | null {
  const { levels } = data.summary;
  const level = levels[chosen];
  if (level === undefined) return null;
  const charts = HISTOGRAM_KEYS.flatMap((key) => {
    const packed = histogramOf(data.series.levels, level, key);
    if (packed === null) return [];
    return [chart(histogramSpec(data, level, key, packed)), chart(cumulativeSpec(data, chosen, key))];
  });
  return section(
    "distributions",
    say("distributions"),
    levels.length < 2 ? null : levelChoice(levels, chosen, choose),
    percentileTables(level),
    element("div", { class: "charts" }, ...charts),
  );
}

function levelChoice(levels: LevelSummary[], chosen: number, choose: (level: number) => void): HTMLElement {
  const options = levels.map((level) => element("option", {}, levelName(level, levels)));
  const select = element("select", { id: "level" }, ...options);
  select.selectedIndex = chosen;
  select.addEventListener("change", () => choose(select.selectedIndex));
  return element("label", { class: "choice" }, `${capital(say("level"))} `, select);
}

function histogramOf(all: LevelHistograms[], level: LevelSummary, key: HistogramKey): PackedCounts | null {
  return all.find((one) => one.level === level.level && one.repeat === level.repeat)?.histograms[key] ?? null;
}

function figureName(key: HistogramKey): string {
  if (key === "latency_ms") return say("latency");
  if (key === "chunk_gap_ms") return say("chunkGap");
  return key.slice(0, 4).toUpperCase();
}

function histogramSpec(data: ReportData, level: LevelSummary, key: HistogramKey, packed: PackedCounts): ChartSpec {
  const { edges, shares } = bars(packed);
  const exact = level[key];
  const name = say("histogram", figureName(key));
  return {
    title: data.summary.levels.length < 2 ? name : `${name}, ${levelName(level, data.summary.levels)}`,
    note: `${say("histogramNote")}${gapsNote(data, key)}`,
    x: { label: figureName(key), unit: MS, log: true },
    xs: edges,
    y: { label: say("shareOf"), unit: PERCENT },
    lines: [{ label: say("shareOf"), color: "blue", values: shares, unit: PERCENT, shape: "steps", filled: true }],
    marks: exact === null ? [] : (["p50", "p90", "p99"] as const).map((label) => ({ x: exact[label], label })),
  };
}

function gapsNote({ series }: ReportData, key: HistogramKey): string {
  return key === "chunk_gap_ms" && series.gapsEvery > 1 ? ` ${say("gapsNote", series.gapsEvery)}` : "";
}

/** Bars of at most so many, each a few buckets wide: their edges, and the share of all values from each edge on. */
function bars({ perDecade, first, counts }: PackedCounts): { edges: number[]; shares: number[] } {
  const merged = Math.ceil(counts.length / MOST_BARS);
  const total = counts.reduce((sum, n) => sum + n, 0);
  const edges: number[] = [];
  const shares: number[] = [];
  // An empty bar before and behind lets the outline come down to 0.
  for (let at = -merged; at <= counts.length + merged - 1; at += merged) {
    const inside = counts.slice(Math.max(0, at), Math.max(0, at + merged)).reduce((sum, n) => sum + n, 0);
    edges.push(10 ** ((first + at) / perDecade));
    shares.push((100 * inside) / total);
  }
  return { edges, shares };
}

function cumulativeSpec(data: ReportData, chosen: number, key: HistogramKey): ChartSpec {
  const { levels } = data.summary;
  const curves = pickedLevels(levels.length, chosen).flatMap((place) => {
    const packed = histogramOf(data.series.levels, levels[place]!, key);
    return packed === null ? [] : [{ place, points: cumulated(packed) }];
  });
  const xs = [...new Set(curves.flatMap(({ points }) => [...points.keys()]))].toSorted((a, b) => a - b);
  const lines = curves.map(({ place, points }, order): Line => {
    const last = Math.max(...points.keys());
    return {
      label: levelName(levels[place]!, levels),
      color: lineColor(order),
      values: xs.map((x) => points.get(x) ?? (x > last ? 100 : null)),
      unit: PERCENT,
      shape: "line",
    };
  });
  return {
    title: say("cdf", figureName(key)),
    note: `${say("cdfNote")}${gapsNote(data, key)}`,
    x: { label: figureName(key), unit: MS, log: true },
    xs,
    y: { label: say("shareOf"), unit: PERCENT, range: [0, 101], most: 100 },
    lines,
  };
}

/** The chosen level and others evenly among the rest: more curves than that cannot be told apart. */
function pickedLevels(count: number, chosen: number): number[] {
  if (count <= MOST_CURVES) return Array.from({ length: count }, (_, place) => place);
  const spread = Array.from({ length: MOST_CURVES - 1 }, (_, k) => Math.round((k * (count - 1)) / (MOST_CURVES - 2)));
  return [...new Set([...spread, chosen])].toSorted((a, b) => a - b);
}

/** Upper edge of each bucket to the share of values below it, in percent. */
function cumulated({ perDecade, first, counts }: PackedCounts): Map<number, number> {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const points = new Map<number, number>([[10 ** (first / perDecade), 0]]);
  let seen = 0;
  counts.forEach((n, place) => {
    seen += n;
    if (n > 0) points.set(10 ** ((first + place + 1) / perDecade), (100 * seen) / total);
  });
  return points;
}
