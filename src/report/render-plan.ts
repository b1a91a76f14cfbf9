import type {
  LevelObjectives,
  LevelSummary,
  MeanInterval,
  RepeatedLevel,
  RunSummary,
  SearchSummary,
} from "../metrics/summary-model.ts";
import { figure, figureWithin, percent } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";
import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";
import { ladder, loadText } from "./render-ladder.ts";
import { alignedLines, fits } from "./text-table.ts";

const VOTES = { holds: "holds", fails: "fails", client: "client limited", unknown: "not clear" } as const;

/** The levels of a run that has several: as a search's loads, as means over their runs, or one line each. */
export function levelLines(summary: RunSummary, width: number, paint: Paint, say: Say = ENGLISH_SAY): string[] {
  const { search, repeats, levels } = summary;
  if (search !== undefined) return searchLines(search, levels, width, paint, say);
  return repeats === undefined ? ladder(levels, width, paint, say) : repeatLines(repeats, width, say);
}

/** What the levels were held against, and which of them ended early. */
export function judgementLines(
  { objectives, levels, search }: RunSummary,
  width: number,
  paint: Paint,
  say: Say = ENGLISH_SAY,
): string[] {
  const kept =
    objectives === undefined || search !== undefined ? [] : objectiveLines(objectives, levels, width, paint, say);
  const early = levels.flatMap((level) =>
    level.end_reason
      ? labelledLines(say("early end"), `${levelName(level, say)}: ${say.sentence(printable(level.end_reason))}`, width)
      : [],
  );
  return [...kept, ...early];
}

function searchLines(
  { answers, points, by }: SearchSummary,
  levels: LevelSummary[],
  width: number,
  paint: Paint,
  say: Say,
): string[] {
  const said = answers.flatMap(({ goal, text }) =>
    labelledLines(say("answer"), `${printable(goal)}: ${paint(say.sentence(text), "bold")}`, width),
  );
  const several = answers.length > 1;
  const header = [
    say("load"),
    say("runs"),
    ...answers.map((_, i) => (several ? say("goal {n}", { n: String(i + 1) }) : say("verdict"))),
  ];
  const rows = points.map(({ load, runs, votes }) => {
    const own = runs.map((position) => levels[position]!);
    return [
      by === "rate" ? `${figure(load)}/s` : String(load),
      String(runs.length),
      ...votes.map((vote) => (vote === null ? "-" : say(VOTES[vote]))),
      ...meanCells(own),
    ];
  });
  const table = block(
    [[...header, ...MEAN_HEADERS.map((name) => translated(name, say))], ...rows],
    width,
    2 + answers.length,
  );
  return [
    ...said,
    "",
    ...table,
    ...note(say("Means over the runs of a load. Times in ms; tok/s: output tokens."), width),
  ];
}

/** "latency p99" by its words. */
function translated(header: string, say: Say): string {
  return header.split(" ").map(say.word).join(" ");
}

const MEAN_HEADERS = ["req/s", "tok/s", "TTFT p99", "TPOT p99", "latency p99"];

function meanCells(levels: LevelSummary[]): string[] {
  const mean = (of: (level: LevelSummary) => number | null | undefined) => {
    const values = levels.map(of).filter((value) => value !== null && value !== undefined);
    return figure(values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);
  };
  return [
    mean(({ throughput }) => throughput.requests_per_s),
    mean(({ throughput }) => throughput.output_tokens_per_s),
    mean(({ ttft_ms }) => ttft_ms?.p99),
    mean(({ tpot_ms }) => tpot_ms?.p99),
    mean(({ latency_ms }) => latency_ms?.p99),
  ];
}

const REPEATED: [header: string, figure: string][] = [
  ["req/s", "requests_per_s"],
  ["tok/s", "output_tokens_per_s"],
  ["TTFT p50", "ttft_p50"],
  ["TTFT p99", "ttft_p99"],
  ["latency p99", "latency_p99"],
];

function repeatLines(repeats: RepeatedLevel[], width: number, say: Say): string[] {
  const shown = REPEATED.filter(([, name]) => repeats.some(({ figures }) => figures[name] !== undefined));
  const rows = repeats.map((one) => [
    loadText(one),
    String(one.runs),
    ...shown.map(([, name]) => intervalText(one.figures[name])),
  ]);
  const header = [say("load"), say("runs"), ...shown.map(([name]) => translated(name, say))];
  const text = say(
    "Mean over runs ± half its 95% interval (Student's t over runs). Times in ms; tok/s: output tokens.",
  );
  return [...block([header, ...rows], width, 2), ...note(text, width)];
}

function intervalText(of: MeanInterval | undefined): string {
  if (of === undefined) return "-";
  const { mean, half_width: half } = of;
  return half === null ? figure(mean) : `${figureWithin(mean, half)} ±${figureWithin(half, half)}`;
}

function objectiveLines(
  objectives: LevelObjectives[],
  levels: LevelSummary[],
  width: number,
  paint: Paint,
  say: Say,
): string[] {
  return objectives.flatMap((one, i) => {
    const level = levels[i]!;
    const missed = one.objectives.filter(({ met }) => !met).map(({ text }) => printable(text));
    const verdict = one.met ? paint(say("met"), "green") : `${paint(say("not met"), "red")}: ${missed.join(", ")}`;
    const name = levels.length === 1 ? "" : `${levelName(level, say)}: `;
    const parts = [`${name}${verdict}`];
    if (one.attainment !== null) {
      const share = percent(one.attainment * level.requests.offered, level.requests.offered);
      parts.push(say("{share} of requests within", { share }));
    }
    if (one.goodput_per_s !== null) {
      parts.push(say("goodput {rate} requests/s", { rate: figure(one.goodput_per_s) }));
    }
    return labelledLines(i === 0 ? say("slo") : "", parts.join("; "), width);
  });
}

/** "64", "10/s run 2" */
export function levelName(level: LevelSummary, say: Say): string {
  const load = loadText(level);
  return level.repeat > 0 ? say("{load} run {n}", { load, n: String(level.repeat + 1) }) : load;
}

/** A table, or where it is too wide a block of names and values for each row. */
function block(rows: string[][], width: number, words: number): string[] {
  const [header, ...body] = rows;
  if (header === undefined) return [];
  const align = header.map((_, i) => (i > 0 && i < words && i !== 1 ? ("left" as const) : ("right" as const)));
  const wide = alignedLines(rows, align).map((line) => `  ${line}`);
  if (fits(wide, width)) return wide;
  return body.flatMap((row, i) => {
    const pairs = row.map((cell, column) => [header[column]!, cell]);
    const lines = alignedLines(pairs, ["left", "right"]).map((line) => `  ${line}`);
    return i === 0 ? lines : ["", ...lines];
  });
}

function note(text: string, width: number): string[] {
  return labelledLines("", text, width, 0);
}

/** "9 runs of 6 levels" */
export function levelCount(levels: LevelSummary[], say: Say = ENGLISH_SAY): string {
  const distinct = new Set(levels.map(({ level }) => level)).size;
  const named = say.counted(distinct, "level");
  if (distinct === levels.length) return named;
  return say("{runs} of {levels}", { runs: say.counted(levels.length, "run"), levels: named });
}
