import type { Calibration, ErrorSpread } from "../metrics/summary-model.ts";
import { figure, milliseconds } from "./figure-text.ts";
import { labelledLines, wrapped } from "./labelled-line.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";
import { loadText } from "./render-ladder.ts";
import { alignedLines } from "./text-table.ts";

const WIDTH = 80;
const INDENT = "  ";

/** plumb's own error, a table a level: milliseconds that it recorded more than the server knows of. */
export function renderCalibration(levels: Calibration[], say: Say = ENGLISH_SAY): string[] {
  return levels.flatMap((level, index) => [...(index === 0 ? [] : [""]), ...tableOf(level, say)]);
}

/** The same beside a run's results, a line a level. */
export function calibrationTexts(levels: Calibration[], say: Say = ENGLISH_SAY): string[] {
  return levels.map(({ ttft_error_ms, tpot_error_ms, latency_error_ms, compared, ...level }) => {
    const parts = [part("TTFT", ttft_error_ms), part("TPOT", tpot_error_ms), part(say("latency"), latency_error_ms)];
    const figures = parts.filter((text) => text !== null).join(", ");
    return say("at {load} plumb itself was off by p50 / p99: {figures} ({requests})", {
      load: calibratedAt(level, say),
      figures,
      requests: say.counted(compared, "request"),
    });
  });
}

function part(name: string, error: ErrorSpread | null): string | null {
  return error === null ? null : `${name} ${figure(error.p50)} / ${milliseconds(error.p99)}`;
}

function tableOf(level: Calibration, say: Say): string[] {
  const { requests, compared, server, ...errors } = level;
  const rows = [
    row("TTFT", errors.ttft_error_ms),
    row("TPOT", errors.tpot_error_ms),
    row(say("latency"), errors.latency_error_ms),
  ].filter((cells) => cells !== null);
  const align = ["left", "left", "right", "right", "right"] as const;
  const left = say.counted(requests - compared, "request");
  const missing = compared === requests ? "" : say(", {requests} not compared", { requests: left });
  const title = say("{load}, {requests} of {tokens}; the embedded server's TTFT {ttft} ms, {itl} ms a token", {
    load: calibratedAt(level, say),
    requests: say.counted(requests, "request"),
    tokens: say.counted(server.tokens, "token"),
    ttft: String(server.ttft_ms),
    itl: String(server.itl_ms),
  });
  return [
    ...wrapped(title, WIDTH),
    ...wrapped(say("What plumb recorded more than the server knows, request by request{missing}:", { missing }), WIDTH),
    "",
    ...alignedLines([["", "", "p50", "p99", say("max")], ...rows], [...align]).map((line) => INDENT + line),
    "",
    ...labelledLines(say("client"), clientText(level, say), WIDTH),
  ];
}

function calibratedAt({ parallel, rate = null }: Pick<Calibration, "parallel" | "rate">, say: Say): string {
  const load = loadText({ parallel, rate });
  return rate === null ? say("{load} at once", { load }) : load;
}

function clientText({ verdict: found, estimated_ttft_error_ms: error }: Calibration, say: Say): string {
  const verdict = say(found);
  if (error === null) {
    return say("{verdict}, by plumb's own lateness alone. The server ran on this machine too.", { verdict });
  }
  const told = { verdict, ms: milliseconds(error) };
  return say(
    "{verdict}, TTFT p99 up to {ms} too high, by plumb's own lateness alone. The server ran on this machine too.",
    told,
  );
}

function row(name: string, error: ErrorSpread | null): string[] | null {
  return error === null ? null : [name, "ms", figure(error.p50), figure(error.p99), figure(error.max)];
}
