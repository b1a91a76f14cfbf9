import type { Calibration, ErrorSpread } from "../metrics/summary-model.ts";
import { counted, figure, milliseconds } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { loadText } from "./render-ladder.ts";
import { alignedLines } from "./text-table.ts";

const WIDTH = 80;
const INDENT = "  ";

/** plumb's own error, a table a level: milliseconds that it recorded more than the server knows of. */
export function renderCalibration(levels: Calibration[]): string[] {
  return levels.flatMap((level, index) => [...(index === 0 ? [] : [""]), ...tableOf(level)]);
}

/** The same beside a run's results, a line a level. */
export function calibrationTexts(levels: Calibration[]): string[] {
  return levels.map(({ ttft_error_ms, tpot_error_ms, latency_error_ms, compared, ...level }) => {
    const parts = [part("TTFT", ttft_error_ms), part("TPOT", tpot_error_ms), part("latency", latency_error_ms)];
    const known = parts.filter((text) => text !== null).join(", ");
    return `at ${calibratedAt(level)} plumb itself was off by p50 / p99: ${known} (${counted(compared, "request")})`;
  });
}

function part(name: string, error: ErrorSpread | null): string | null {
  return error === null ? null : `${name} ${figure(error.p50)} / ${milliseconds(error.p99)}`;
}

function tableOf(level: Calibration): string[] {
  const { requests, compared, server, ...errors } = level;
  const rows = [
    row("TTFT", errors.ttft_error_ms),
    row("TPOT", errors.tpot_error_ms),
    row("latency", errors.latency_error_ms),
  ].filter((cells) => cells !== null);
  const align = ["left", "left", "right", "right", "right"] as const;
  const missing = compared === requests ? "" : `, ${counted(requests - compared, "request")} not compared`;
  return [
    `${calibratedAt(level)}, ${counted(requests, "request")} of ${counted(server.tokens, "token")}; the embedded server's TTFT ` +
      `${server.ttft_ms} ms, ${server.itl_ms} ms a token`,
    `What plumb recorded more than the server knows, request by request${missing}:`,
    "",
    ...alignedLines([["", "", "p50", "p99", "max"], ...rows], [...align]).map((line) => INDENT + line),
    "",
    ...labelledLines("client", clientText(level), WIDTH),
  ];
}

function calibratedAt({ parallel, rate = null }: Pick<Calibration, "parallel" | "rate">): string {
  const load = loadText({ parallel, rate });
  return rate === null ? `${load} at once` : load;
}

function clientText({ verdict, estimated_ttft_error_ms }: Calibration): string {
  const limit =
    estimated_ttft_error_ms === null ? "" : `, TTFT p99 up to ${milliseconds(estimated_ttft_error_ms)} too high`;
  return `${verdict}${limit}, by plumb's own lateness alone. The server ran on this machine too.`;
}

function row(name: string, error: ErrorSpread | null): string[] | null {
  return error === null ? null : [name, "ms", figure(error.p50), figure(error.p99), figure(error.max)];
}
