import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { summarise } from "../metrics/summary.ts";
import { SUMMARY_SCHEMA, type Summary } from "../metrics/summary-model.ts";
import { openRun } from "../record/reader.ts";

const DATABASE = "benchmark_data.db";
/** Folders below the one named: a day, a name, a block of it. */
const DEEPEST = 4;

/** A run as a list shows it. */
export interface ListedRun {
  path: string;
  /** Unix seconds. */
  time: number;
  name: string;
  model: string;
  api: string;
  url: string;
  /** Of each level: requests at once, or a second. */
  load: string[];
  /** As of RunSummary. */
  end: string;
  verdict: string;
  requests: number;
  success_rate: number | null;
  /** Of the level with most of it. */
  output_tokens_per_s: number | null;
  requests_per_s: number | null;
  /** Of the level with the longest. */
  ttft_p99_ms: number | null;
  latency_p99_ms: number | null;
}

/** Something that looks like a run and cannot be read. */
export interface UnreadableRun {
  path: string;
  error: string;
}

/** Every run in a folder and its subfolders, the newest first. */
export function listRuns(folder: string): { runs: ListedRun[]; unreadable: UnreadableRun[] } {
  const runs: ListedRun[] = [];
  const unreadable: UnreadableRun[] = [];
  for (const path of runFolders(folder, DEEPEST)) {
    try {
      runs.push(listed(path, readSummary(path)));
    } catch (error) {
      unreadable.push({ path, error: (error as Error).message });
    }
  }
  return { runs: runs.sort((a, b) => b.time - a.time), unreadable };
}

function runFolders(folder: string, deeper: number): string[] {
  if (existsSync(join(folder, DATABASE))) return [folder];
  if (deeper === 0) return [];
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return below.flatMap(({ name }) => runFolders(join(folder, name), deeper - 1));
}

/** summary.json where there is one of this version that is not older than the run; else the database says it. */
function readSummary(path: string): Summary {
  return savedSummary(path) ?? summaryOfDatabase(path);
}

function savedSummary(path: string): Summary | null {
  const file = join(path, "summary.json");
  const saved = statSync(file, { throwIfNoEntry: false });
  if (saved === undefined || saved.mtimeMs < statSync(join(path, DATABASE)).mtimeMs - 1) return null;
  try {
    const summary: Summary = JSON.parse(readFileSync(file, "utf8"));
    return summary.schema === SUMMARY_SCHEMA && Array.isArray(summary.levels) ? summary : null;
  } catch {
    return null;
  }
}

function summaryOfDatabase(path: string): Summary {
  using reader = openRun(path);
  return summarise(reader);
}

function listed(path: string, { config, run, requests, levels, client }: Summary): ListedRun {
  const most = (values: (number | null | undefined)[]) => {
    const known = values.filter((value) => value !== null && value !== undefined);
    return known.length === 0 ? null : Math.max(...known);
  };
  return {
    path,
    time: run.start_time,
    name: run.name,
    model: config.params.model,
    api: config.api,
    url: config.url,
    load: loadsOf(levels),
    end: run.end,
    verdict: client.verdict,
    requests: requests.total,
    success_rate: requests.success_rate,
    output_tokens_per_s: most(levels.map(({ throughput }) => throughput.output_tokens_per_s)),
    requests_per_s: most(levels.map(({ throughput }) => throughput.requests_per_s)),
    ttft_p99_ms: most(levels.map(({ ttft_ms }) => ttft_ms?.p99)),
    latency_p99_ms: most(levels.map(({ latency_ms }) => latency_ms?.p99)),
  };
}

function loadsOf(levels: Summary["levels"]): string[] {
  return [...new Set(levels.map(({ parallel, rate }) => (rate === null ? String(parallel ?? "-") : `${rate}/s`)))];
}
