// `npm run reliability`: breaks a server in every way that `plumb mock --fault` knows, lets `plumb run` meet each, and
// prints what plumb makes of it as the table of docs/reliability.md. What is given behind `--` goes to `plumb run`:
// `npm run reliability -- --transport socket`.
import { Database } from "bun:sqlite";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FAULT_NAMES, FAULTS, type FaultName } from "../src/mock/faults.ts";
import type { StatsReport } from "../src/mock/stats.ts";

const BINARY = process.env.PLUMB_BINARY ?? join(import.meta.dir, "../dist/plumb");
/** Requests for each cell of the table. */
const REQUESTS = 4;
const SERVER = ["--port", "0", "--ttft", "40", "--itl", "5", "--tokens", "16"];
const CLIENT = ["--model", "mock", "--no-test-connection", "--read-timeout", "1", "--max-response-mb", "1"];
/** Faults at work at the same time: most of them wait. */
const LANES = 3;

async function main(more: string[]): Promise<void> {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is missing: \`npm run build\` makes it`);
  const rows = new Map<FaultName, string>();
  const waiting = [...FAULT_NAMES];
  const lane = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) rows.set(name, await row(name, more));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  console.log("| fault | the server | a stream | a reply in one piece |\n| --- | --- | --- | --- |");
  for (const name of FAULT_NAMES) console.log(rows.get(name));
}

/** One fault's line of the table. */
async function row(name: FaultName, more: string[]): Promise<string> {
  const server = Bun.spawn([BINARY, "mock", ...SERVER, "--fault", `${name}=1`], { stdout: "pipe", stderr: "inherit" });
  try {
    const url = await firstAddress(server.stdout);
    const cells: string[] = [];
    for (const mode of ["--stream", "--no-stream"]) {
      await fetch(`${url}/reset`, { method: "POST" });
      const recorded = await run(["--url", url, mode, ...more]);
      const { faults } = (await (await fetch(`${url}/stats`)).json()) as StatsReport;
      cells.push(cell(recorded, faults[name]?.met ?? 0));
    }
    return `| \`${name}\` | ${FAULTS[name].help} | ${cells.join(" | ")} |`;
  } finally {
    server.kill();
    await server.exited;
  }
}

/** How plumb recorded the requests: the kinds of error, or "success", with how many there were of each. */
async function run(flags: string[]): Promise<Map<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), "plumb-reliability-"));
  try {
    const load = ["--number", `${REQUESTS}`, "--parallel", `${REQUESTS}`, "--outputs-dir", folder];
    const command = [BINARY, "run", ...CLIENT, ...load, "--no-timestamp", "--name", "run", ...flags];
    const child = Bun.spawn(command, { stdout: "ignore", stderr: "pipe" });
    const [complaints] = await Promise.all([child.stderr.text(), child.exited]);
    const file = join(folder, "run", "benchmark_data.db");
    if (!existsSync(file)) throw new Error(`${command.join(" ")} left no record:\n${complaints}`);
    using database = new Database(file, { readonly: true });
    const sql = "SELECT coalesce(error_kind, 'success') AS kind, count(*) AS count FROM outcome GROUP BY 1";
    const kinds = database.query<{ kind: string; count: number }, []>(sql).all();
    return new Map(kinds.map(({ kind, count }) => [kind, count]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One word where everything is as it should be: every request met the fault, and all were recorded alike. */
function cell(recorded: Map<string, number>, met: number): string {
  const [kind] = [...recorded.keys()];
  if (met === 0 && recorded.get("success") === REQUESTS) return "(no such fault)";
  if (met === REQUESTS && recorded.size === 1) return kind === "success" ? "success" : `\`${kind}\``;
  return `**${[...recorded].map(([each, count]) => `${each} ${count}`).join(", ")} of ${REQUESTS}; ${met} met it**`;
}

async function firstAddress(output: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const bytes of output) {
    text += new TextDecoder().decode(bytes);
    const url = /on (http\S+)\n/.exec(text)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`plumb mock did not start: ${text}`);
}

await main(Bun.argv.slice(2));
