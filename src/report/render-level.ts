import type { Distribution, LevelSummary, Throughput } from "../metrics/summary-model.ts";
import { figure, milliseconds, percent, tally, whole } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import type { Paint } from "./paint.ts";
import { alignedLines } from "./text-table.ts";

const INDENT = "  ";
const COLUMNS = ["mean", "p50", "p90", "p95", "p99", "max"] as const;

const TOKEN_SOURCES: Record<string, string> = {
  usage: "by the server",
  tokenizer: "by plumb's tokenizer",
  plugin: "by the API plugin",
  none: "by nobody",
};

/** The figures to look at first, two a line. */
export function headline(level: LevelSummary, paint: Paint): string[] {
  const { throughput, requests, ttft_ms, tpot_ms, latency_ms } = level;
  const cells = [
    ["requests/s", figure(throughput.requests_per_s)],
    produced(throughput),
    ...pair(ttft_ms === null ? "latency" : "TTFT", ttft_ms ?? latency_ms),
    ...pair("TPOT", tpot_ms),
    ...(throughput.items_per_s === null ? [] : [["input tokens/s", figure(throughput.input_tokens_per_s)]]),
  ];
  const rows: string[][] = [];
  for (let i = 0; i < cells.length; i += 2) rows.push([...cells[i]!, ...(cells[i + 1] ?? ["", ""])]);
  const lines = alignedLines(rows, ["left", "right", "left", "right"]).map((line) => INDENT + paint(line, "bold"));
  const share = `${percent(requests.success, requests.offered)} (${whole(requests.success)} of ${whole(requests.offered)})`;
  const style = requests.success === requests.offered ? "green" : "red";
  return [...lines, `${INDENT}success     ${paint(share, style)}`];
}

/** What the service made each second: texts embedded or documents ranked, else tokens. */
function produced({ items_per_s, output_tokens_per_s, total_tokens_per_s }: Throughput): string[] {
  if (items_per_s !== null) return ["items/s", figure(items_per_s)];
  if (output_tokens_per_s !== null) return ["output tokens/s", figure(output_tokens_per_s)];
  return ["tokens/s", figure(total_tokens_per_s)];
}

function pair(name: string, of: Distribution | null): string[][] {
  if (of === null) return [];
  return [
    [`${name} p50`, milliseconds(of.p50)],
    [`${name} p99`, milliseconds(of.p99)],
  ];
}

/** One table of every distribution that exists. */
export function distributions(level: LevelSummary): string[] {
  const rows = [
    timeRow("TTFT", level.ttft_ms),
    // A model that does not reason answers with its first token: the row would say the same again.
    sameFigures(level.ttfa_ms, level.ttft_ms) ? null : timeRow("TTFA", level.ttfa_ms),
    timeRow("TPOT", level.tpot_ms),
    timeRow("ITL", level.itl_ms),
    timeRow("chunk gap", level.chunk_gap_ms),
    timeRow("latency", level.latency_ms),
    timeRow("  from sent", level.latency_from_sent_ms),
    timeRow("wait", level.wait_ms),
    timeRow("client lag", level.client_lag_ms),
    tokenRow("prompt", level.prompt_tokens),
    tokenRow("completion", level.completion_tokens),
  ].filter((row) => row !== null);
  if (rows.length === 0) return [];
  const align = ["left" as const, "left" as const, ...COLUMNS.map(() => "right" as const)];
  return alignedLines([["", "", ...COLUMNS], ...rows], align).map((line) => INDENT + line);
}

function sameFigures(a: Distribution | null, b: Distribution | null): boolean {
  return COLUMNS.every((column) => a?.[column] === b?.[column]);
}

function timeRow(name: string, of: Distribution | null): string[] | null {
  if (of === null) return null;
  // From 100 s on digits of milliseconds would push the table off the screen.
  const inSeconds = of.max >= 100_000;
  return [name, inSeconds ? "s" : "ms", ...COLUMNS.map((column) => figure(inSeconds ? of[column] / 1000 : of[column]))];
}

function tokenRow(name: string, of: Distribution | null): string[] | null {
  if (of === null) return null;
  const cell = (value: number): string => (Number.isInteger(value) ? whole(value) : figure(value));
  return [name, "tokens", ...COLUMNS.map((column) => cell(of[column]))];
}

/** What was counted, where, and how far the run was steady. */
export function counts(level: LevelSummary, width: number): string[] {
  return [
    ...labelledLines("requests", requestText(level), width),
    ...errorLines(level, width),
    ...labelledLines("tokens", tokenText(level), width),
    ...labelledLines("steady", steadyText(level), width),
  ];
}

export function errorLines({ requests }: Pick<LevelSummary, "requests">, width: number): string[] {
  return requests.failed === 0 ? [] : labelledLines("errors", tally(requests.by_error), width);
}

function requestText({ requests }: LevelSummary): string {
  const { offered, total, success, failed, unsent } = requests;
  const due = unsent === 0 ? "" : `${whole(offered)} due, ${whole(unsent)} unsent, `;
  return `${due}${whole(total)} sent: ${whole(success)} succeeded, ${whole(failed)} failed`;
}

function tokenText({ tokens, coalesced_share, throughput }: LevelSummary): string {
  const known = Object.entries(tokens.sources).map(([source, n]) => [TOKEN_SOURCES[source] ?? source, n] as const);
  const [only, ...others] = known;
  const counted = others.length === 0 && only !== undefined ? only[0] : tally(Object.fromEntries(known));
  const parts = [`${whole(tokens.prompt)} prompt`];
  if (throughput.items_per_s === null) parts.push(`${whole(tokens.completion)} completion`);
  if (tokens.reasoning !== null) parts.push(`${whole(tokens.reasoning)} of them reasoning`);
  if (tokens.failed_completion > 0) parts.push(`${whole(tokens.failed_completion)} of failed requests`);
  if (counted !== "") parts.push(`counted ${counted}`);
  if (tokens.cached !== null) parts.push(`${whole(tokens.cached)} prompt tokens cached`);
  if (tokens.cache_hit_rate !== null) parts.push(`cache hit rate ${percent(tokens.cache_hit_rate, 1)}`);
  if (tokens.per_chunk !== null) parts.push(`${tokens.per_chunk.toFixed(2)} a chunk`);
  if (coalesced_share !== null) parts.push(`${percent(coalesced_share, 1)} of chunks read together`);
  return parts.join(", ");
}

function steadyText({ steady, little, duration_s }: LevelSummary): string {
  if (steady === null) return "none: shorter than 3 median latencies at 95% of the load";
  const { throughput } = steady;
  const parts = [
    `${figure(steady.duration_s)} s of ${figure(duration_s)} s`,
    `${figure(throughput.requests_per_s)} requests/s`,
  ];
  if (throughput.items_per_s !== null) parts.push(`${figure(throughput.items_per_s)} items/s`);
  if (throughput.output_tokens_per_s !== null) parts.push(`${figure(throughput.output_tokens_per_s)} output tokens/s`);
  if (steady.ttft_ms !== null) parts.push(`TTFT p99 ${milliseconds(steady.ttft_ms.p99)}`);
  if (little !== null) {
    const { holds, in_flight, rate_x_latency } = little;
    const law = `${figure(in_flight)} in flight, rate x latency ${figure(rate_x_latency)}`;
    parts.push(holds ? `Little's law holds (${law})` : `Little's law does not hold (${law})`);
  }
  return parts.join(", ");
}
