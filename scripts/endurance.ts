// Whether plumb's memory stays flat: a long load against the embedded server, the memory of plumb's processes each
// second, and a table of the run's tenths. Fails where the last tenth differs from the second by more than 10%.
//
//   npm run endurance -- --number 1000000                 one-token replies
//   npm run endurance -- --case file|prompts|chunks       a 200 MB file; prompts of 1 MB; replies of 50,000 chunks
//   npm run endurance -- --url http://127.0.0.1:9000 ...  another server; what follows a second -- goes to plumb run
import { Database } from "bun:sqlite";
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type TreeMemory, treeMemory } from "./tree-memory.ts";

const ROOT = join(import.meta.dir, "..");
const SAMPLE_MS = 1000;
const MOST_CHANGE = 0.1;

interface Case {
  number: number;
  parallel: number;
  /** Flags of `plumb mock`. */
  mock: string[];
  /** Flags of `plumb run`. */
  run?: string[];
  /** The dataset's file: so many lines of so many bytes. */
  file?: { lines: number; lineBytes: number };
}

const AT_ONCE = ["--ttft", "0", "--itl", "0"];
const CASES: Record<string, Case> = {
  short: { number: 1_000_000, parallel: 64, mock: [...AT_ONCE, "--tokens", "1"] },
  file: {
    number: 22_000,
    parallel: 64,
    mock: [...AT_ONCE, "--tokens", "1"],
    file: { lines: 10_000, lineBytes: 20_000 },
  },
  prompts: { number: 600, parallel: 8, mock: [...AT_ONCE, "--tokens", "1"], file: { lines: 40, lineBytes: 1_000_000 } },
  chunks: { number: 60, parallel: 4, mock: [...AT_ONCE, "--tokens", "50000"], run: ["--max-tokens", "50000"] },
};

interface Sample extends TreeMemory {
  /** Unix seconds. */
  time: number;
}

/** plumb from its sources, or a binary. */
function plumb(binary: string | undefined, args: string[]): string[] {
  return binary === undefined ? [process.execPath, join(ROOT, "src/main.ts"), ...args] : [resolve(binary), ...args];
}

async function startMock(binary: string | undefined, flags: string[]) {
  const child = Bun.spawn(plumb(binary, ["mock", "--port", "0", ...flags]), { stdout: "pipe", stderr: "inherit" });
  const first = await child.stdout.getReader().read();
  const url = /http:\S+/.exec(new TextDecoder().decode(first.value))?.[0];
  if (url === undefined) throw new Error("plumb mock did not start");
  return { child, url };
}

function makeFile(path: string, { lines, lineBytes }: NonNullable<Case["file"]>): void {
  const file = openSync(path, "w");
  for (let line = 0; line < lines; line++) writeSync(file, `${String(line).padEnd(lineBytes - 1, " word")}\n`);
  closeSync(file);
}

/** Runs to the end, looking at its memory meanwhile. */
async function observe(command: string[], cwd: string): Promise<{ code: number; samples: Sample[] }> {
  const child = Bun.spawn(command, { cwd, stdout: "inherit", stderr: "inherit" });
  const samples: Sample[] = [];
  const timer = setInterval(() => {
    const memory = treeMemory(child.pid);
    if (memory !== null) samples.push({ time: Date.now() / 1000, ...memory });
  }, SAMPLE_MS);
  const code = await child.exited;
  clearInterval(timer);
  return { code, samples };
}

interface Span {
  start: number;
  end: number;
  requests: number;
  bytes: number;
}

/** When the load began and ended, from the record itself. */
function spanOf(folder: string): Span {
  const path = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((name) => name.endsWith(".db"));
  if (path === undefined) throw new Error("plumb run left no database");
  using db = new Database(join(folder, path), { readonly: true });
  const sql = "SELECT min(sent_time) AS start, max(completed_time) AS end, count(*) AS requests FROM outcome";
  const span = db.query<Omit<Span, "bytes">, []>(sql).get()!;
  return { ...span, bytes: statSync(join(folder, path)).size };
}

interface Tenth {
  samples: number;
  pss: number;
  main: number;
  highest: number;
  rss: number;
}

function tenthsOf(samples: Sample[], { start, end }: Span): Tenth[] {
  return Array.from({ length: 10 }, (_, k) => {
    const from = start + ((end - start) * k) / 10;
    const to = start + ((end - start) * (k + 1)) / 10;
    const inside = samples.filter(({ time }) => time >= from && time < to);
    const mean = (of: (sample: Sample) => number) =>
      inside.reduce((sum, sample) => sum + of(sample), 0) / inside.length;
    return {
      samples: inside.length,
      pss: mean(({ pssMb }) => pssMb),
      main: mean(({ rootMb }) => rootMb),
      highest: Math.max(...inside.map(({ pssMb }) => pssMb)),
      rss: mean(({ rssMb }) => rssMb),
    };
  });
}

function table(tenths: Tenth[]): string {
  const head =
    "| tenth | samples | PSS mean MB | main process | PSS max | RSS mean |\n| --- | --- | --- | --- | --- | --- |";
  const rows = tenths.map(({ samples, pss, main, highest, rss }, k) => {
    const figures = samples === 0 ? ["-", "-", "-", "-"] : [pss, main, highest, rss].map((mb) => mb.toFixed(0));
    return `| ${k + 1} | ${samples} | ${figures.join(" | ")} |`;
  });
  return [head, ...rows].join("\n");
}

/** What is said, and whether it is flat. */
function verdict(tenths: Tenth[], samples: Sample[], span: Span): { text: string; flat: boolean } {
  const change = tenths[9]!.pss / tenths[1]!.pss - 1;
  const afterwards = samples.filter(({ time }) => time >= span.end).map(({ pssMb }) => pssMb);
  const report = afterwards.length === 0 ? "too short to be seen" : `${Math.max(...afterwards).toFixed(0)} MB`;
  const flat = Math.abs(change) <= MOST_CHANGE;
  const seconds = (span.end - span.start).toFixed(0);
  const text = [
    `${span.requests} requests in ${seconds} s, a file of ${(span.bytes / 1e6).toFixed(0)} MB`,
    `while the report is made: at most ${report}`,
    Number.isNaN(change)
      ? "too short: a tenth without a sample"
      : `last tenth against the second: ${change >= 0 ? "+" : ""}${(change * 100).toFixed(1)}% ${flat ? "(flat)" : "(NOT FLAT)"}`,
  ].join("\n");
  return { text, flat };
}

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      case: { type: "string", default: "short" },
      number: { type: "string" },
      parallel: { type: "string" },
      url: { type: "string" },
      binary: { type: "string" },
    },
  });
  const chosen = CASES[values.case];
  if (chosen === undefined) throw new Error(`--case ${values.case}: one of ${Object.keys(CASES).join(", ")}`);
  if (!existsSync("/proc/self/smaps_rollup")) throw new Error("only Linux tells how much memory processes hold");
  const folder = mkdtempSync(join(tmpdir(), "plumb-endurance-"));
  const mock = values.url === undefined ? await startMock(values.binary, chosen.mock) : null;
  try {
    const load = [
      "--number",
      values.number ?? `${chosen.number}`,
      "--parallel",
      values.parallel ?? `${chosen.parallel}`,
    ];
    const data: string[] = [];
    if (chosen.file !== undefined) {
      makeFile(join(folder, "prompts.txt"), chosen.file);
      data.push("--dataset", "line_by_line", "--dataset-path", "prompts.txt", "--max-prompt-length", "2000000");
    }
    const target = ["--url", mock?.url ?? values.url!, "--model", "mock"];
    const args = ["run", ...target, ...load, ...data, ...(chosen.run ?? []), ...positionals];
    const { code, samples } = await observe(plumb(values.binary, args), folder);
    const span = spanOf(folder);
    const tenths = tenthsOf(samples, span);
    const { text, flat } = verdict(tenths, samples, span);
    process.stdout.write(`\n${table(tenths)}\n\n${text}\n`);
    return code === 0 && flat;
  } finally {
    mock?.child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = (await main()) ? 0 : 1;
