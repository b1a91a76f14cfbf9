import type { LevelSummary, RunSummary } from "../metrics/summary-model.ts";
import { figure, milliseconds } from "./figure-text.ts";
import { labelledLines, wrapped } from "./labelled-line.ts";
import { type Language, type Say, speaker } from "./language.ts";
import { type Paint, painter } from "./paint.ts";
import { printable } from "./printable.ts";
import { adviceLines, bestLines } from "./render-advice.ts";
import { calibrationTexts } from "./render-calibration.ts";
import { conversationLines } from "./render-conversations.ts";
import { distributions } from "./render-distributions.ts";
import { kindLines } from "./render-kinds.ts";
import { loadText } from "./render-ladder.ts";
import { lengthLines, lengthWarnings } from "./render-lengths.ts";
import { counts, headline } from "./render-level.ts";
import { levelKindLines } from "./render-level-kinds.ts";
import { failedTokens, outcomeLines } from "./render-outcome.ts";
import { judgementLines, levelCount, levelLines } from "./render-plan.ts";
import { cutToWidth } from "./text-table.ts";

const WIDEST = 80;
const NARROWEST = 40;
const VERDICT_STYLE = { valid: "green", suspect: "yellow", "client-limited": "red" } as const;

interface TableOptions {
  /** The run's database. */
  path: string;
  color: boolean;
  /** Of the terminal; absent: as many as the table takes. */
  columns?: number;
  /** Absent: English. */
  language?: Language;
}

/**
 * A run on one screen, at most 80 columns wide (the file's path excepted): what to look at first, how much of it
 * succeeded, whether to believe it and what to do next, the distributions, what was counted, whether plumb's own machine can be trusted, and where the data is. What
 * does not fit a narrower terminal becomes two columns, of names and values.
 */
export function renderTable(
  summary: RunSummary,
  { path, color, columns = WIDEST, language = "en" }: TableOptions,
): string {
  const paint = painter(color);
  const say = speaker(language);
  // A terminal that does not know its width says 0.
  const width = Math.max(NARROWEST, Math.min(WIDEST, columns || WIDEST));
  const [only, ...more] = summary.levels;
  const outcome = outcomeLines(summary.requests, failedTokens(summary.levels), width, paint, say);
  const verdict = [...verdictLines(summary, width, paint, say), ...adviceLines(summary, width, paint, say)];
  const body =
    only === undefined || more.length > 0 || summary.search !== undefined
      ? [
          ...bestLines(summary, width, paint, say),
          ...outcome,
          ...verdict,
          "",
          ...levelLines(summary, width, paint, say),
          "",
          ...levelKindLines(summary.levels, width, say),
          ...lengthWarnings(summary.levels, width, paint, say),
        ]
      : [
          ...headline(only, width, paint, say),
          ...outcome,
          ...verdict,
          "",
          ...distributions(only, width, say),
          "",
          ...counts(only, width, say),
          ...lengthLines(only, width, paint, say),
          ...kindLines(only, width, say),
          ...conversationLines(only, width, say),
        ];
  return [
    ...title(summary, width, paint, say),
    "",
    ...body,
    ...judgementLines(summary, width, paint, say),
    ...clientLines(summary, width, say),
    ...labelledLines(say("file"), printable(path), Number.POSITIVE_INFINITY),
    "",
  ].join("\n");
}

function title({ config, run, levels }: RunSummary, width: number, paint: Paint, say: Say): string[] {
  const { models = [], urls = [config.url] } = config.targets ?? {};
  const names = models.length === 0 ? [config.params.model] : models.map(({ name }) => name);
  const target = printable([names.join(", "), config.api, urls.join(", ")].join("  "));
  const lines = [paint(cutToWidth(target, width), "bold"), cutToWidth(loadLine(levels, say), width)];
  const asides = [];
  if (run.warmup > 0) asides.push(say("{n} left out", { n: say.counted(run.warmup, "warm-up request") }));
  if (run.skipped > 0) {
    asides.push(say("{n} skipped by the API plugin", { n: say.counted(run.skipped, "input") }));
  }
  if (config.connection?.proxy) {
    asides.push(say("through the proxy {proxy}", { proxy: printable(config.connection.proxy) }));
  }
  if (asides.length > 0) lines.push(...wrapped(asides.join(", "), width));
  if (config.connection?.insecure) lines.push(paint(say("TLS certificates were not checked (--insecure)"), "yellow"));
  const ending = endText(run.end, say);
  if (ending !== null) {
    const why = run.end_reason === null ? "" : `: ${say.sentence(printable(run.end_reason))}`;
    lines.push(...wrapped(ending + why, width).map((line) => paint(cutToWidth(line, width), "yellow")));
  }
  return lines;
}

function loadLine(levels: LevelSummary[], say: Say): string {
  const [only, ...more] = levels;
  if (only === undefined) return say("no level has begun");
  if (more.length > 0) return levelCount(levels, say);
  const load = only.rate === null ? say("{load} at once", { load: loadText(only) }) : loadText(only);
  const requests = say.counted(only.requests.total, "request");
  return say("{load}, {requests} in {s} s", { load, requests, s: figure(only.duration_s) });
}

function endText(end: string, say: Say): string | null {
  if (end === "done") return null;
  return end === "running" ? say("not ended: still running, or killed") : say.word(end);
}

function verdictLines({ client }: RunSummary, width: number, paint: Paint, say: Say): string[] {
  return [
    ...labelledLines(say("verdict"), paint(say(client.verdict), VERDICT_STYLE[client.verdict]), width),
    ...[...client.reasons, ...client.notes].flatMap((reason) => labelledLines("", say.sentence(reason), width)),
  ];
}

function clientLines({ client }: RunSummary, width: number, say: Say): string[] {
  const facts = [];
  if (client.cpu !== null) facts.push(say("busiest engine {n} of a core", { n: client.cpu.toFixed(2) }));
  if (client.loop_lag_ms !== null) facts.push(say("loop lag p99 {ms}", { ms: milliseconds(client.loop_lag_ms) }));
  if (client.connections_opened !== null) {
    facts.push(say("{n} opened", { n: say.counted(client.connections_opened, "connection") }));
  }
  return [
    ...(facts.length === 0 ? [] : labelledLines(say("client"), facts.join(", "), width)),
    ...calibrationTexts(client.calibration ?? [], say).flatMap((text) => labelledLines(say("error"), text, width)),
  ];
}
