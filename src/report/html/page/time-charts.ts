import type { OverTime, WindowQuantiles } from "../../../metrics/series-model.ts";
import type { ReportData } from "../report-data.ts";
import { chart } from "./chart.ts";
import type { Axis, ChartSpec, Line, Values } from "./chart-spec.ts";
import { element, section } from "./element.ts";
import { levelName } from "./levels.ts";
import { type Color, lineColor } from "./palette.ts";
import { readings, serverSpecs } from "./server-charts.ts";
import { CORES, MS, REQUESTS, REQUESTS_PER_S, SECONDS, TOKENS_PER_S, tick, type Unit } from "./units.ts";
import { say } from "./words.ts";

/** All charts over time share cursor and zoom. */
const TIME_GROUP = "time";

export function timeCharts(data: ReportData): HTMLElement | null {
  const { overTime } = data.series;
  const base = timeBase(data);
  const bin = seconds(overTime.bin);
  const specs: ChartSpec[] = [
    {
      ...base,
      title: say("requestRates"),
      note: say("requestRatesNote", bin),
      y: { label: "", unit: REQUESTS_PER_S },
      lines: [
        steps(say("sent"), "grey", overTime.sent, REQUESTS_PER_S),
        { ...steps(say("success"), "blue", overTime.succeeded, REQUESTS_PER_S), filled: true },
      ],
    },
    {
      ...base,
      title: say("inFlight"),
      note: say("inFlightNote", bin),
      y: { label: say("inFlight"), unit: { name: "", show: REQUESTS.show } },
      lines: [{ ...steps(say("inFlightLabel"), "purple", overTime.inFlight, REQUESTS), filled: true }],
    },
    windows(data, say("ttftWindows"), "TTFT", overTime.ttftMs),
    windows(data, say("latencyWindows"), say("latency"), overTime.latencyMs),
    {
      ...base,
      title: say("outputRate"),
      note: say("outputRateNote", bin),
      y: { label: say("outputThroughput"), unit: TOKENS_PER_S },
      lines: [{ ...steps(say("outputRate"), "teal", overTime.outputTokens, TOKENS_PER_S), filled: true }],
    },
    ...(overTime.server === null ? [] : serverSpecs(base, overTime.server, bin)),
    clientSpec(base, overTime, bin),
  ];
  const drawable = specs.filter(({ lines }) => lines.some(({ values }) => values.some((v) => v !== null && v !== 0)));
  return section("overTime", say("overTime"), element("div", { class: "charts" }, ...drawable.map(chart)));
}

/** Failures by kind over time; null where nothing failed. */
export function errorChart(data: ReportData): HTMLElement | null {
  // The commonest first, as in the table; what was given up on purpose is no failure.
  const { by_error: counts } = data.summary.requests;
  const kinds = Object.entries(data.series.overTime.errors)
    .filter(([kind]) => counts[kind] !== undefined)
    .toSorted(([a], [b]) => counts[b]! - counts[a]!);
  if (kinds.length === 0) return null;
  const unit: Unit = {
    name: say("failuresPerS"),
    show: (value) => `${Number(value.toFixed(3))} ${say("failuresPerS")}`,
  };
  return chart({
    ...timeBase(data),
    title: say("errorsOverTime"),
    note: say("errorsOverTimeNote", seconds(data.series.overTime.bin)),
    wide: true,
    y: { label: "", unit },
    lines: kinds.map(([kind, values], place) => steps(kind, place === 0 ? "red" : lineColor(place - 1), values, unit)),
  });
}

type TimeBase = Pick<ChartSpec, "xs" | "group" | "bands"> & { x: Axis & { range: [number, number] } };

function timeBase(data: ReportData): TimeBase {
  const { levels, bin, sent } = data.series.overTime;
  return {
    x: { label: say("time"), unit: SECONDS, range: [0, sent.length * bin] },
    // One more than bins: the last one ends there.
    xs: [...sent, 0].map((_, place) => place * bin),
    group: TIME_GROUP,
    bands: levelBands(data, levels),
  };
}

/** Where each level ran; nothing for a run of one. */
function levelBands(data: ReportData, levels: OverTime["levels"]): NonNullable<ChartSpec["bands"]> {
  if (levels.length < 2) return [];
  return levels.map(({ level, repeat, from, to }) => {
    const summary = data.summary.levels.find((one) => one.level === level && one.repeat === repeat);
    return { from, to, label: summary === undefined ? "" : levelName(summary, data.summary.levels) };
  });
}

/** A bin's length: "5 s", where a figure would be "5.00 s". */
function seconds(length: number): string {
  return `${tick(length)} s`;
}

function steps(label: string, color: Color, values: Values, unit: Unit): Line {
  return { label, color, values: [...values, values.at(-1) ?? null], unit, shape: "steps" };
}

function windows(data: ReportData, title: string, name: string, quantiles: WindowQuantiles): ChartSpec {
  const { window } = data.series.overTime;
  const colors = { p50: "blue", p90: "green", p99: "orange" } as const;
  const lines = (["p50", "p90", "p99"] as const).map(
    (key): Line => ({
      label: key,
      color: colors[key],
      values: quantiles[key],
      unit: MS,
      shape: "line",
      dots: quantiles[key].length < 30,
    }),
  );
  const base = timeBase(data);
  return {
    ...base,
    // The last window may be longer than what the chart shows.
    xs: quantiles.p50.map((_, place) => (place * window + Math.min((place + 1) * window, base.x.range[1])) / 2),
    title,
    note: say("windowNote", seconds(window)),
    y: { label: name, unit: MS },
    lines: lines.filter(({ values }) => values.some((value) => value !== null)),
  };
}

function clientSpec(base: TimeBase, { clientCpu, clientLoopLagMs }: OverTime, bin: string): ChartSpec {
  return {
    ...base,
    title: say("client"),
    note: say("clientNote", bin),
    y: { label: say("cpu"), unit: CORES },
    right: { label: say("loopLag"), unit: MS },
    lines: [
      readings(say("cpu"), "grey", clientCpu, CORES),
      { ...readings(say("loopLag"), "orange", clientLoopLagMs, MS), right: true },
    ],
  };
}
