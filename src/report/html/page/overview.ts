import type { LevelObjectives, LevelSummary } from "../../../metrics/summary-model.ts";
import { figure, milliseconds, percent, whole } from "../../figure-text.ts";
import type { ReportData } from "../report-data.ts";
import { element, section } from "./element.ts";
import { levelName } from "./levels.ts";
import { numeric, table, text } from "./table.ts";
import { ITEMS_PER_S, REQUESTS_PER_S, SECONDS, TOKENS_PER_S, type Unit } from "./units.ts";
import { say, sentence } from "./words.ts";

const LONGEST_FIGURE = 16;

/** What was run, whether it can be trusted, and the figures that are asked for first. */
export function overview(data: ReportData): HTMLElement | null {
  const { summary } = data;
  const [only, ...more] = summary.levels;
  return section(
    "overview",
    say("overview"),
    verdict(data),
    only === undefined
      ? null
      : more.length > 0
        ? ladder(summary.levels, summary.objectives ?? [])
        : headline(only, levelName(only, summary.levels), summary.objectives?.[0] ?? null),
  );
}

export function title({ summary: { config, run } }: ReportData): HTMLElement {
  const { models = [], urls = [config.url] } = config.targets ?? {};
  const model = models.length === 0 ? config.params.model : models.map(({ name }) => name).join(", ");
  const asides = [config.api, ...urls, `${say("started")} ${new Date(run.start_time * 1000).toISOString()}`];
  if (run.warmup > 0) asides.push(say("warmup", whole(run.warmup)));
  if (run.skipped > 0) asides.push(say("skipped", whole(run.skipped)));
  if (config.connection.proxy) asides.push(say("proxy", config.connection.proxy));
  if (config.connection.insecure) asides.push(say("insecure"));
  const end = endText(run.end);
  return element(
    "div",
    { class: "title" },
    element("p", { class: "kicker" }, say("report")),
    element("h1", {}, model || config.name),
    element("p", { class: "asides" }, asides.join(" · ")),
    end === null
      ? null
      : element("p", { class: "ending" }, run.end_reason === null ? end : `${end}: ${sentence(run.end_reason)}`),
  );
}

function endText(end: string): string | null {
  if (end === "failed") return say("end_failed");
  if (end === "interrupted") return say("end_interrupted");
  return end === "running" ? say("end_running") : null;
}

function verdict({ summary: { client } }: ReportData): HTMLElement {
  const lines = [...client.reasons, ...client.notes];
  if (lines.length === 0) lines.push(say("verdictValid"));
  return element(
    "div",
    { class: `verdict ${client.verdict}` },
    element("p", {}, element("strong", {}, `${say("verdict")}: ${say(client.verdict)}`)),
    ...lines.map((line) => element("p", {}, sentence(line))),
  );
}

function headline(level: LevelSummary, load: string, objectives: LevelObjectives | null): HTMLElement {
  const { requests, throughput, ttft_ms, tpot_ms, latency_ms } = level;
  const facts: [string, string][] = [
    [say("level"), load],
    [say("sent"), whole(requests.total)],
    [say("success"), successShare(level)],
  ];
  const add = (name: string, value: number | null | undefined, unit: Unit) => {
    if (value != null) facts.push([name, unit.show(value)]);
  };
  const ms: Unit = { name: "ms", show: milliseconds };
  add(say("throughput"), throughput.requests_per_s, REQUESTS_PER_S);
  add(say("outputThroughput"), throughput.output_tokens_per_s, TOKENS_PER_S);
  add(say("itemThroughput"), throughput.items_per_s, ITEMS_PER_S);
  add("TTFT p50", ttft_ms?.p50, ms);
  add("TTFT p99", ttft_ms?.p99, ms);
  add("TPOT p50", tpot_ms?.p50, ms);
  add(`${say("latency")} p50`, latency_ms?.p50, ms);
  add(`${say("latency")} p99`, latency_ms?.p99, ms);
  add(say("duration"), level.duration_s, SECONDS);
  if (objectives !== null) facts.push([say("objectives"), objectiveText(objectives)]);
  if (objectives?.attainment != null) facts.push([say("attainment"), percent(objectives.attainment, 1)]);
  add(say("goodput"), objectives?.goodput_per_s, REQUESTS_PER_S);
  const pairs = facts.map(([name, value]) =>
    element(
      "div",
      {},
      element("dt", {}, name),
      // Text takes more room than a figure.
      element("dd", value.length > LONGEST_FIGURE ? { class: "long" } : {}, value),
    ),
  );
  return element("dl", { class: "headline" }, ...pairs);
}

/** Of all that was due, without what --cancel gave up: as the terminal says it. */
function successShare({ requests: { success, offered, cancelled } }: LevelSummary): string {
  return percent(success, offered - cancelled);
}

/** "met", or which were not. */
function objectiveText({ met, objectives }: LevelObjectives): string {
  if (met) return say("met");
  const missed = objectives.filter((one) => !one.met).map(({ text }) => text);
  return say("notMet", missed.join(", "));
}

function ladder(levels: LevelSummary[], objectives: LevelObjectives[]): HTMLElement {
  const items = levels.some(({ throughput }) => throughput.items_per_s !== null);
  const columns = [
    text(say("level")),
    numeric(say("sent")),
    numeric(say("success")),
    numeric(say("requestsPerS")),
    numeric(items ? say("itemsPerS") : say("outputPerS")),
    ...["TTFT", "TPOT", say("latency")].flatMap((name) => [numeric(`${name} p50, ms`), numeric(`${name} p99, ms`)]),
    ...(objectives.length > 0 ? [numeric(say("goodputPerS")), text(say("objectives"))] : []),
  ];
  const rows = levels.map((level) => [
    levelName(level, levels),
    whole(level.requests.total),
    successShare(level),
    figure(level.throughput.requests_per_s),
    figure(items ? level.throughput.items_per_s : level.throughput.output_tokens_per_s),
    ...[level.ttft_ms, level.tpot_ms, level.latency_ms].flatMap((of) => [
      figure(of?.p50 ?? null),
      figure(of?.p99 ?? null),
    ]),
    ...(objectives.length > 0 ? objectiveCells(level, objectives) : []),
  ]);
  return table(say("levels"), columns, rows);
}

function objectiveCells({ level, repeat }: LevelSummary, objectives: LevelObjectives[]): string[] {
  const found = objectives.find((one) => one.level === level && one.repeat === repeat);
  return found === undefined ? ["-", "-"] : [figure(found.goodput_per_s), objectiveText(found)];
}
