import type { ListedRun, UnreadableRun } from "../compare/listed-run.ts";
import { withUnit } from "./figure-change.ts";
import { figure } from "./figure-text.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";
import { printable } from "./printable.ts";
import { alignedLines, cutToWidth, fits } from "./text-table.ts";

const HEADER = [
  "TIME",
  "MODEL",
  "LOAD",
  "SUCCESS",
  "REQ/S",
  "TOK/S",
  "TTFT P99 ms",
  "LATENCY P99 ms",
  "VERDICT",
  "RUN",
];
const GAP = "  ";
const LONGEST_MODEL = 32;
const LONGEST_LOAD = 20;

/**
 * Runs, a line each; throughput is of the best level, waits are of the worst.
 * @param columns of the terminal; undefined: it is none
 */
export function renderRuns(
  runs: ListedRun[],
  unreadable: UnreadableRun[],
  columns: number | undefined,
  say: Say = ENGLISH_SAY,
): string {
  const rows = runs.map((run) => [
    localTime(run.time),
    cutToWidth(printable(run.model), LONGEST_MODEL),
    cutToWidth(run.load.join(","), LONGEST_LOAD),
    withUnit(run.success_rate, "share"),
    figure(run.requests_per_s),
    figure(run.output_tokens_per_s),
    figure(run.ttft_p99_ms),
    figure(run.latency_p99_ms),
    run.end === "done" ? say.word(run.verdict) : `${say.word(run.verdict)}, ${say.word(run.end)}`,
    printable(run.path),
  ]);
  const lines = alignedLines(
    [HEADER.map(say.word), ...rows],
    HEADER.map((_, i) => (i < 3 || i > 7 ? "left" : "right")),
  );
  const broken = unreadable.map(({ path, error }) => `${printable(path)}: ${printable(error)}`);
  const shown =
    rows.length === 0 ? [] : columns === undefined || fits(lines, columns) ? lines : narrow(rows, columns, say);
  return [...shown, ...broken, ""].join("\n");
}

/** A run on its path's line and what else it takes, no figure broken in two. */
function narrow(rows: string[][], columns: number, say: Say): string[] {
  return rows.flatMap(([time, model, load, success, requests, tokens, ttft, latency, verdict, path]) => {
    const facts = [
      `${time}`,
      `${model}`,
      say("load {load}", { load: `${load}` }),
      `${success}`,
      say("{n} req/s", { n: `${requests}` }),
      say("{n} tok/s", { n: `${tokens}` }),
      `TTFT p99 ${ttft} ms`,
      `${say("latency")} p99 ${latency} ms`,
      `${verdict}`,
    ];
    return [`${path}`, ...joined(facts, columns - GAP.length).map((line) => GAP + line)];
  });
}

/** As many facts a line as there is room for. */
function joined(facts: string[], width: number): string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const longer = `${lines.at(-1)}${GAP}${fact}`;
    if (lines.length > 0 && Bun.stringWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(fact);
  }
  return lines;
}

function localTime(seconds: number): string {
  const at = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
