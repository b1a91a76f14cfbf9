import type { ConsolaInstance } from "consola";
import type { RunSummary } from "../contract/summary.ts";
import { LiveView } from "../live/live-view.ts";
import { Tally } from "../live/tally.ts";
import { listenToPlugins } from "../registry/plugin-voice.ts";
import { printable } from "../report/printable.ts";
import { renderJson } from "../report/render-json.ts";
import { renderTable } from "../report/render-table.ts";
import { saveSummary } from "../report/save-summary.ts";
import type { RunObserver } from "../run/observer.ts";
import { Interrupted, type RunRequest, type RunResult, run } from "../run/run.ts";
import { listenForInterrupts } from "./interrupts.ts";
import { createLog } from "./log.ts";
import { printResult } from "./print-result.ts";

const REFRESH_MS = 100;
const PLAIN_LINE_S = 5;
const INTERRUPTED = 130;

/** A whole run for a person at a terminal: live view, then the report from the database. Returns the exit code. */
export async function runAndReport(request: RunRequest): Promise<number> {
  const interrupts = listenForInterrupts();
  const live = new LiveView(process.stderr, { color: usesColor(process.stderr), plainEveryS: PLAIN_LINE_S });
  const log = createLog(request.config.debug, (line) => live.print(line));
  const { observer, stop } = observe(live, log);
  listenToPlugins((level, line) => log[level](printable(line)));
  let result: RunResult;
  try {
    result = await run(request, observer, interrupts);
  } catch (error) {
    if (error instanceof Interrupted) return INTERRUPTED;
    throw error;
  } finally {
    stop();
    live.finish();
    interrupts.close();
  }
  const summary = await report(result, request.config.json, log);
  if (result.end === "failed") log.error(result.reason);
  if (result.end === "interrupted") return INTERRUPTED;
  const hopeless = result.end === "done" && nothingSucceeded(summary);
  if (hopeless) log.error("no request succeeded: `plumb query` shows each one's error");
  return result.end === "failed" || hopeless ? 1 : 0;
}

/** A run in which nothing succeeded has measured nothing, whatever it printed. */
function nothingSucceeded({ levels }: RunSummary): boolean {
  return levels.every(({ requests }) => requests.success === 0) && levels.some(({ requests }) => requests.total > 0);
}

function observe(live: LiveView, log: ConsolaInstance): { observer: RunObserver; stop: () => void } {
  const tally = new Tally();
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
    stopping: () => tally.stopping(),
    notice: (line) => log.info(line),
    debug: (line) => log.debug(printable(line)),
  };
  const stop = () => {
    if (timer === null) return;
    clearInterval(timer);
    show();
  };
  return { observer, stop };
}

/** stdout carries results alone, so that `--json` can be piped. */
async function report({ folder, singleFile }: RunResult, json: boolean, log: ConsolaInstance): Promise<RunSummary> {
  const summary = saveSummary(folder.database);
  const table = { path: folder.database, color: usesColor(process.stdout) };
  await printResult([json ? renderJson(summary) : renderTable(summary, table)]);
  if (!singleFile) log.warn(`copy ${folder.database} together with its -wal file: it is being read`);
  return summary;
}

function usesColor(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}
