import type uPlot from "uplot";
import type { RequestColumns } from "../../../metrics/series-model.ts";
import { figure, whole } from "../../figure-text.ts";
import type { ReportData } from "../report-data.ts";
import { chart } from "./chart.ts";
import type { AlternativeTable, ChartSpec, Line } from "./chart-spec.ts";
import { element, section } from "./element.ts";
import { levelName } from "./levels.ts";
import { lineColor } from "./palette.ts";
import { MS, TOKENS } from "./units.ts";
import { say } from "./words.ts";

/** So many levels have colours of their own; more have one colour together. */
const MOST_COLORS = 6;
const BANDS = 8;
/** How near the cursor must be to a point, in CSS pixels. */
const REACH = 40;

interface Point {
  request: number;
  tokens: number;
  ms: number;
}

/** What requests cost by their lengths. */
export function lengthCharts(data: ReportData): HTMLElement | null {
  const { sample } = data.series;
  const first = points(sample, sample.promptTokens, sample.firstOutput);
  const whole = points(sample, sample.completionTokens, sample.latency);
  const charts = [
    first.length === 0 ? null : chart(scatter(data, say("promptTtft"), say("promptTokens"), "TTFT", first)),
    whole.length === 0
      ? null
      : chart(scatter(data, say("outputLatency"), say("completionTokens"), say("latency"), whole)),
  ];
  if (charts.every((one) => one === null)) return null;
  return section(
    "lengths",
    say("lengths"),
    element("div", { class: "charts" }, ...charts.filter((one) => one !== null)),
  );
}

function points(sample: RequestColumns, tokens: (number | null)[], seconds: (number | null)[]): Point[] {
  return tokens
    .flatMap((length, request) => {
      const time = seconds[request] ?? null;
      if (length === null || time === null || sample.errorKind[request] !== null) return [];
      return [{ request, tokens: length, ms: time * 1000 }];
    })
    .toSorted((a, b) => a.tokens - b.tokens);
}

function scatter(data: ReportData, title: string, xLabel: string, yLabel: string, all: Point[]): ChartSpec {
  const { sample } = data.series;
  return {
    title,
    note: say("sampleNote", whole(all.length), whole(data.summary.requests.success)),
    height: 320,
    x: { label: xLabel, unit: { ...TOKENS, name: "" }, whole: true },
    xs: all.map(({ tokens }) => tokens),
    y: { label: yLabel, unit: MS },
    lines: lines(data, all),
    find: (plot, left, top) => nearest(plot, all, left, top),
    readout: (at) => {
      const { request, tokens, ms } = all[at]!;
      return `${sample.requestId[request]}: ${TOKENS.show(tokens)}, ${MS.show(ms)}`;
    },
    table: bands(all, xLabel, yLabel),
  };
}

function lines({ summary: { levels }, series: { sample } }: ReportData, all: Point[]): Line[] {
  if (levels.length > MOST_COLORS || levels.length < 2) {
    return [{ label: say("timeline"), color: "blue", values: all.map(({ ms }) => ms), unit: MS, shape: "points" }];
  }
  return levels.map((level, place) => ({
    label: levelName(level, levels),
    color: lineColor(place),
    values: all.map(({ request, ms }) => (sample.level[request] === place ? ms : null)),
    unit: MS,
    shape: "points",
  }));
}

function nearest(plot: uPlot, all: Point[], left: number, top: number): number | null {
  let found: number | null = null;
  let least = REACH;
  for (const [at, { tokens, ms }] of all.entries()) {
    const far = Math.hypot(plot.valToPos(tokens, "x") - left, plot.valToPos(ms, "y") - top);
    if (far < least) {
      found = at;
      least = far;
    }
  }
  return found;
}

/** The same in bands of equally many requests. @param all by tokens, ascending */
function bands(all: Point[], xLabel: string, yLabel: string): AlternativeTable {
  const size = Math.ceil(all.length / BANDS);
  const rows: string[][] = [];
  for (let begin = 0; begin < all.length; begin += size) {
    const band = all.slice(begin, begin + size);
    const sorted = band.map(({ ms }) => ms).toSorted((a, b) => a - b);
    const quantile = (permille: number) => sorted[Math.max(0, Math.ceil((permille * sorted.length) / 1000) - 1)]!;
    const range = say("band", whole(band[0]!.tokens), whole(band.at(-1)!.tokens));
    rows.push([range, whole(band.length), figure(quantile(500)), figure(quantile(900)), figure(sorted.at(-1)!)]);
  }
  return {
    columns: [xLabel, say("count"), `${yLabel} p50, ms`, `${yLabel} p90, ms`, `${yLabel} ${say("max")}, ms`],
    rows,
  };
}
