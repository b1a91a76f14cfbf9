import type { Ending, ErrorKind } from "../record/outcome.ts";
import { isSuccess } from "./interpretation.ts";
import type { Reading } from "./reading.ts";

/** A server's own words are kept up to this length. */
const MESSAGE_CHARACTERS = 4096;

/**
 * How a request ended. The first cause counts: what the transport saw, then the status, then what the body was, then
 * what it lacked.
 */
export function judge(read: Reading, produces: "text" | "embedding" | "ranking" | "other"): Ending {
  const { exchange, reply } = read;
  const end = exchange.ended;
  if (end !== null && !end.ok) return failed(end.kind, end.message);
  if (read.held !== null) return judgeHeld(read, read.held);
  if (!isSuccess(exchange.status)) return failed(statusKind(exchange.status), statusMessage(read));
  if (read.undecodable) return failed("decode", "the reply is not UTF-8");
  if (read.wrongContentType) {
    return failed(
      "wrong_content_type",
      `the reply is ${exchange.headers?.get("content-type") ?? "of no content type"}`,
    );
  }
  if (reply.serverError !== null) return failed("stream_error", reply.serverError);
  if (reply.pluginError !== null) return failed("plugin", reply.pluginError);
  if (reply.malformed !== null) return failed("malformed", reply.malformed);
  const nothing = reply.messages.length === 0;
  if (nothing) return failed("empty", "the reply has no content");
  if (reply.endStamp === null) return failed("truncated", "the reply ended without the API's own end");
  const silent = reply.output.chunks === 0 && !((reply.usage.completion ?? 0) > 0);
  if (produces === "text" && silent) return failed("empty", "no output and no completion tokens");
  return { ok: true };
}

/** Whoever holds an exchange says itself how it ended: by an error part, or by ending at all. */
function judgeHeld({ reply }: Reading, held: NonNullable<Reading["held"]>): Ending {
  if (held.failed !== null) {
    const { status, data } = held.failed;
    const kind = status !== undefined && status >= 300 ? statusKind(status) : "stream_error";
    const words = serverWords(JSON.stringify(data) ?? "null");
    return failed(kind, status === undefined ? words : `HTTP ${status}; ${words}`);
  }
  if (reply.serverError !== null) return failed("stream_error", reply.serverError);
  if (reply.pluginError !== null) return failed("plugin", reply.pluginError);
  if (reply.malformed !== null) return failed("malformed", reply.malformed);
  return reply.messages.length === 0 ? failed("empty", "the plugin yielded nothing") : { ok: true };
}

function failed(kind: ErrorKind, message: string): Ending {
  return { ok: false, kind, message: message.slice(0, MESSAGE_CHARACTERS) };
}

function statusKind(status: number | null): ErrorKind {
  if (status === 429) return "rate_limited";
  if (status !== null && status >= 500) return "http_5xx";
  if (status !== null && status >= 400) return "http_4xx";
  if (status !== null && status >= 300) return "redirect";
  return "protocol";
}

function statusMessage({ exchange, reply }: Reading): string {
  const said = reply.messages.length > 0 ? serverWords(reply.messages[0]!) : "";
  const headers = exchange.headers;
  const extra = [
    exchange.status === 429 && headers?.get("retry-after") ? `Retry-After: ${headers.get("retry-after")}` : "",
    headers?.get("location") ? `Location: ${headers.get("location")}` : "",
  ].filter((part) => part !== "");
  return [`HTTP ${exchange.status}`, ...extra, said].filter((part) => part !== "").join("; ");
}

/** The message inside an error body, or the body itself, which may have been cut. */
export function serverWords(json: string): string {
  const body = parsed(json);
  if (typeof body === "string") return body;
  const shape = body as { error?: { message?: unknown } | string; message?: unknown; detail?: unknown } | null;
  const inner = typeof shape?.error === "string" ? shape.error : shape?.error?.message;
  const words = inner ?? shape?.message ?? shape?.detail;
  return typeof words === "string" ? words : json;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return json;
  }
}
