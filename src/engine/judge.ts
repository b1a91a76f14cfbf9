import type { Ending, ErrorKind } from "../record/outcome.ts";
import { isSuccess } from "./interpretation.ts";
import type { Reading } from "./reading.ts";

/** A server's own words are kept up to this length. */
const MESSAGE_CHARACTERS = 4096;

/** Ends that are plumb's own doing. */
const OURS: ReadonlySet<ErrorKind> = new Set(["timeout_idle", "timeout_total", "cancelled", "cancelled_on_purpose"]);

/**
 * How a request ended. The first cause counts: a status that means failure, then an error that the server put into its
 * reply, then how the connection ended, then what the body was, then what it lacked.
 */
export function judge(read: Reading, produces: "text" | "embedding" | "ranking" | "other"): Ending {
  const { exchange, reply, held } = read;
  const end = exchange.ended;
  const lost = end === null || end.ok ? null : end;
  const refused = held === null ? refusal(read, lost?.message ?? "") : heldRefusal(held);
  if (refused !== null) return refused;
  if (reply.serverError !== null) return failed("stream_error", reply.serverError);
  // A reply that is whole by its own word stays so when plumb closes a body that is kept open.
  if (lost !== null && !(OURS.has(lost.kind) && reply.endStamp !== null)) return failed(lost.kind, lost.message);
  if (held === null) return judgeBody(read, produces);
  if (reply.pluginError !== null) return failed("plugin", reply.pluginError);
  if (reply.malformed !== null) return failed("malformed", reply.malformed);
  return reply.messages.length === 0 ? failed("empty", "the plugin yielded nothing") : { ok: true };
}

function judgeBody(
  { exchange, reply, undecodable, wrongContentType }: Reading,
  produces: "text" | "embedding" | "ranking" | "other",
): Ending {
  if (undecodable) return failed("decode", "the reply is not UTF-8");
  if (wrongContentType) {
    return failed(
      "wrong_content_type",
      `the reply is ${exchange.headers?.get("content-type") ?? "of no content type"}`,
    );
  }
  if (reply.pluginError !== null) return failed("plugin", reply.pluginError);
  if (reply.malformed !== null) return failed("malformed", reply.malformed);
  if (reply.messages.length === 0) return failed("empty", "the reply has no content");
  if (reply.endStamp === null) return failed("truncated", "the reply ended without the API's own end");
  const silent = reply.output.chunks === 0 && !((reply.usage.completion ?? 0) > 0);
  if (produces === "text" && silent) return failed("empty", "no output and no completion tokens");
  return { ok: true };
}

/** null: the status means success, or there was none because the connection failed. */
function refusal(read: Reading, lost: string): Ending | null {
  const { status } = read.exchange;
  if (isSuccess(status) || (status === null && lost !== "")) return null;
  return failed(statusKind(status), statusMessage(read, lost));
}

/** Whoever holds an exchange says itself that it failed, by an error part. */
function heldRefusal({ failed: part }: NonNullable<Reading["held"]>): Ending | null {
  if (part === null) return null;
  const { status, data } = part;
  const kind = status !== undefined && status >= 300 ? statusKind(status) : "stream_error";
  const words = serverWords(JSON.stringify(data) ?? "null");
  return failed(kind, status === undefined ? words : `HTTP ${status}; ${words}`);
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

/** @param lost what became of the connection while the body was still coming, or "" */
function statusMessage({ exchange, reply }: Reading, lost: string): string {
  const said = reply.messages.length > 0 ? serverWords(reply.messages[0]!) : "";
  const headers = exchange.headers;
  const extra = [
    exchange.status === 429 && headers?.get("retry-after") ? `Retry-After: ${headers.get("retry-after")}` : "",
    headers?.get("location") ? `Location: ${headers.get("location")}` : "",
  ].filter((part) => part !== "");
  return [`HTTP ${exchange.status}`, ...extra, said, lost].filter((part) => part !== "").join("; ");
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
