import type { ConsolaInstance } from "consola";
import { briefly, calibrate as calibrateLevels } from "../calibrate/calibrate.ts";
import type { RunSummary } from "../contract/summary.ts";
import { LiveView } from "../live/live-view.ts";
import { Tally } from "../live/tally.ts";
import type { Summary } from "../metrics/summary-model.ts";
import { listenToPlugins } from "../registry/plugin-voice.ts";
import { saveHtml } from "../report/html/save-html.ts";
import { type Language, type Say, speaker } from "../report/language.ts";
import { renderJson } from "../report/render-json.ts";
import { renderTable } from "../report/render-table.ts";
import { saveSummary } from "../report/save-summary.ts";
import type { RunObserver } from "../run/observer.ts";
import { Interrupted, type Interruption, type RunRequest, type RunResult, run } from "../run/run.ts";
import { usesColor } from "./color.ts";
import { listenForInterrupts } from "./interrupts.ts";
import { createLog } from "./log.ts";
import { printResult } from "./print-result.ts";
import { translatedError } from "./translated-error.ts";

/** As often as engines tell of themselves: more would show the same again. */
const REFRESH_MS = 200;
const PLAIN_LINE_S = 5;
const INTERRUPTED = 130;

interface ReportForm {
  html: boolean;
  /** Of the table. */
  language: Language;
}

/** A whole run for a person at a terminal: live view, then the report from the database. Returns the exit code. */
export async function runAndReport(request: RunRequest, { html, language }: ReportForm): Promise<number> {
  const interrupts = listenForInterrupts();
  const say = speaker(language);
  const live = new LiveView(process.stderr, { color: usesColor(process.stderr), plainEveryS: PLAIN_LINE_S, say });
  const { config } = request;
  const log = createLog(config.debug, { write: (line) => live.print(line), say });
  const { observer, stop } = observe(live, log, say);
  listenToPlugins((level, line) => log[level](line));
  const calibrate = (interruption: Interruption) => {
    log.info("calibrating: the same load, to the embedded server");
    return calibrateLevels(config, briefly(config), interruption);
  };
  let result: RunResult;
  try {
    result = await run(config.calibrate ? { ...request, calibrate } : request, observer, interrupts);
  } catch (error) {
    if (error instanceof Interrupted) return INTERRUPTED;
    throw translatedError(error, say);
  } finally {
    stop();
    live.finish();
    interrupts.close();
  }
  const summary = await report(result, { json: config.json, html, language }, log);
  if (result.end === "failed") log.error(result.reason);
  if (summary === null) return 1;
  if (result.end === "interrupted") return INTERRUPTED;
  const hopeless = result.end === "done" && nothingSucceeded(summary);
  if (hopeless) log.error("no request succeeded: `plumb query` shows each one's error");
  const limited = config.strict && summary.client.verdict === "client-limited";
  if (limited) log.error("the run is client-limited, and --strict makes that a failure");
  return result.end === "failed" || hopeless || limited ? 1 : 0;
}

/** A run in which nothing succeeded has measured nothing, whatever it printed. */
function nothingSucceeded({ levels }: RunSummary): boolean {
  return levels.every(({ requests }) => requests.success === 0) && levels.some(({ requests }) => requests.total > 0);
}

function observe(live: LiveView, log: ConsolaInstance, say: Say): { observer: RunObserver; stop: () => void } {
  const tally = new Tally(say);
  let timer: ReturnType<typeof setInterval> | null = null;
  const show = () => live.update(tally.progress());
  const observer: RunObserver = {
    // Before that there is nothing to see, and what goes wrong is told in one line.
    planned: (stages) => {
      tally.planned(stages);
      timer = setInterval(show, REFRESH_MS);
    },
    stage: (stage) => tally.stage(stage),
    finished: (requests) => tally.finished(requests),
    inFlight: (count) => tally.inFlight(count),
    sample: (sample) => tally.sample(sample),
    stopping: () => tally.stopping(),
    notice: (line) => log.info(line),
    debug: (line) => log.debug(line),
  };
  const stop = () => {
    if (timer === null) return;
    clearInterval(timer);
    show();
  };
  return { observer, stop };
}

/** stdout carries results alone, so that `--json` can be piped. null: what is left of the record cannot be read. */
async function report(
  { folder, singleFile, end }: RunResult,
  { json, html, language }: ReportForm & { json: boolean },
  log: ConsolaInstance,
): Promise<RunSummary | null> {
  let summary: Summary;
  try {
    summary = saveSummary(folder.database, (line) => log.warn(line));
  } catch (error) {
    if (end !== "failed") throw error;
    log.error(`no report: ${(error as Error).message}`);
    return null;
  }
  const { columns } = process.stdout;
  const table = { path: folder.database, color: usesColor(process.stdout), columns, language };
  await printResult([json ? renderJson(summary) : renderTable(summary, table)]);
  if (!singleFile) log.warn(`copy ${folder.database} together with its -wal file, which could not be folded in`);
  if (html) await saveHtml(folder.database, summary, (line) => log.warn(line));
  return summary;
}
