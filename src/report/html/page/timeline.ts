import type uPlot from "uplot";
import type { RequestColumns } from "../../../metrics/series-model.ts";
import type { LevelSummary } from "../../../metrics/summary-model.ts";
import { whole } from "../../figure-text.ts";
import type { ReportData } from "../report-data.ts";
import { chart, drawCharts } from "./chart.ts";
import type { ChartSpec } from "./chart-spec.ts";
import { element, section } from "./element.ts";
import { levelName } from "./levels.ts";
import { resolve } from "./palette.ts";
import { REQUESTS, SECONDS } from "./units.ts";
import { capital, say } from "./words.ts";

const TABLE_ROWS = 40;
/** A bar is never thinner than this, so that a short request can be seen. Device pixels. */
const THINNEST = 1;

/** One request as a bar. Seconds from the first level's begin. */
interface Bar {
  request: number;
  lane: number;
  due: number;
  sent: number;
  first: number | null;
  end: number;
  failed: boolean;
}

/** The requests of one level as bars over time, with a choice of the level. */
export function timeline(data: ReportData): HTMLElement | null {
  const { levels } = data.summary;
  const shown = data.series.stretches.flatMap((columns, place) => {
    const level = levels[place];
    return level === undefined || columns.sent.length === 0 ? [] : [{ level, columns }];
  });
  const last = shown.at(-1);
  if (last === undefined) return null;
  const holder = element("div", { class: "charts" }, chart(timelineSpec(last.level, last.columns)));
  const options = shown.map(({ level }) => element("option", {}, levelName(level, levels)));
  const choice = element("select", {}, ...options);
  choice.selectedIndex = shown.length - 1;
  choice.addEventListener("change", () => {
    const { level, columns } = shown[choice.selectedIndex] ?? last;
    holder.replaceChildren(chart(timelineSpec(level, columns)));
    drawCharts();
  });
  const label = element("label", { class: "choice" }, `${capital(say("level"))} `, choice);
  return section("timeline", say("timeline"), shown.length < 2 ? null : label, holder);
}

function timelineSpec(level: LevelSummary, columns: RequestColumns): ChartSpec {
  const { bars, lanes } = laidOut(columns);
  return {
    title: say("timelineTitle"),
    note: say("timelineNote", whole(bars.length), whole(level.requests.total)),
    wide: true,
    height: Math.min(620, Math.max(180, 80 + lanes * 8)),
    x: {
      label: say("time"),
      unit: SECONDS,
      range: [Math.min(...bars.map(({ due }) => due)), Math.max(...bars.map(({ end }) => end))],
    },
    xs: bars.map(({ sent }) => sent),
    y: { label: say("lane"), unit: { name: "", show: REQUESTS.show }, range: [0, lanes], whole: true },
    lines: [
      {
        label: say("timeline"),
        color: "blue",
        values: bars.map(({ lane }) => lane + 0.5),
        unit: REQUESTS,
        shape: "none",
      },
    ],
    keys: keysOf(bars),
    draw: (plot) => drawBars(plot, bars),
    find: (plot, left, top) => barAt(plot, bars, left, top),
    readout: (at) => told(columns, bars[at]!),
    table: {
      columns: [say("request"), `${say("sent")}, s`, `${say("first")}, s`, `${say("latency")}, s`, say("kind")],
      rows: bars.slice(0, TABLE_ROWS).map((bar) => row(columns, bar)),
    },
  };
}

/** Puts each request into the lowest lane that is free: as many lanes as there were requests at once. */
function laidOut(sample: RequestColumns): { bars: Bar[]; lanes: number } {
  const free: number[] = [];
  const bars: Bar[] = [];
  for (let request = 0; request < sample.sent.length; request++) {
    const sent = sample.sent[request]!;
    const due = Math.min(sample.scheduled[request] ?? sent, sent);
    const end = sent + sample.latency[request]!;
    const found = free.findIndex((time) => time <= due + 1e-4);
    const lane = found === -1 ? free.length : found;
    free[lane] = end;
    const first = sample.firstOutput[request] ?? null;
    const failed = sample.errorKind[request] !== null;
    bars.push({ request, lane, due, sent, first: first === null ? null : sent + first, end, failed });
  }
  return { bars, lanes: free.length };
}

/** Whether any reply came in pieces: else a request has no parts to tell apart. */
function isStreamed(bars: Bar[]): boolean {
  return bars.some(({ first }) => first !== null);
}

/** What its colours mean, of those that it has. */
function keysOf(bars: Bar[]): NonNullable<ChartSpec["keys"]> {
  const waits = bars.some(({ due, sent }) => sent > due);
  return [
    ...(waits ? [{ label: say("waiting"), color: "grey" as const }] : []),
    ...(isStreamed(bars)
      ? [
          { label: say("prefill"), color: "orange" as const },
          { label: say("decode"), color: "blue" as const },
        ]
      : [{ label: say("wholeRequest"), color: "blue" as const }]),
    ...(bars.some(({ failed }) => failed) ? [{ label: say("failed"), color: "red" as const }] : []),
  ];
}

function drawBars(plot: uPlot, bars: Bar[]): void {
  const { ctx } = plot;
  const colors = {
    waiting: resolve("grey"),
    prefill: resolve(isStreamed(bars) ? "orange" : "blue"),
    decode: resolve("blue"),
    failed: resolve("red"),
  };
  const x = (time: number) => plot.valToPos(time, "x", true);
  const part = (color: string, from: number, to: number, top: number, height: number) => {
    ctx.fillStyle = color;
    ctx.fillRect(x(from), top, Math.max(THINNEST, x(to) - x(from)), height);
  };
  for (const { lane, due, sent, first, end, failed } of bars) {
    const upper = plot.valToPos(lane + 0.9, "y", true);
    const height = Math.max(THINNEST, plot.valToPos(lane + 0.1, "y", true) - upper);
    if (sent > due) part(colors.waiting, due, sent, upper, height);
    if (failed) part(colors.failed, sent, end, upper, height);
    else {
      part(colors.prefill, sent, first ?? end, upper, height);
      if (first !== null && end > first) part(colors.decode, first, end, upper, height);
    }
  }
}

function barAt(plot: uPlot, bars: Bar[], left: number, top: number): number | null {
  if (left < 0) return null;
  const time = plot.posToVal(left, "x");
  const lane = Math.floor(plot.posToVal(top, "y"));
  const found = bars.findIndex((bar) => bar.lane === lane && bar.due <= time && time <= bar.end);
  return found === -1 ? null : found;
}

function told(sample: RequestColumns, { request, sent, first, end }: Bar): string {
  const parts = [sample.requestId[request]!, `${say("sent")} ${SECONDS.show(sent)}`];
  if (first !== null) parts.push(`${say("first")} ${SECONDS.show(first - sent)}`);
  parts.push(`${say("latency")} ${SECONDS.show(end - sent)}`);
  const kind = sample.errorKind[request];
  if (kind != null) parts.push(kind);
  return parts.join(", ");
}

function row(sample: RequestColumns, { request, sent, first, end }: Bar): string[] {
  const seconds = (value: number) => value.toFixed(3);
  const kind = sample.errorKind[request] ?? "-";
  return [
    sample.requestId[request]!,
    seconds(sent),
    first === null ? "-" : seconds(first - sent),
    seconds(end - sent),
    kind,
  ];
}
