import { type Fields, isFields } from "plumb";
import { countIn, dateTimeS, numberOf } from "./moments.ts";
import { numberedLines, parsedJson, type TraceFormat, type TraceItem } from "./trace-format.ts";

const KEYS = ["body", "timestamp", "headers", "request_id", "completion_tokens"];

/** Whole bodies with the times at which they were sent. */
export const workload: TraceFormat = {
  title: "a workload trace",
  fits(line) {
    const value = parsedJson(line);
    return isFields(value) && "body" in value && "timestamp" in value;
  },
  async *items(path, source, params) {
    const wantsLengths = params.datasetArgs.match_output_length === true;
    for await (const { text, where } of numberedLines(path, source)) yield itemOf(text, where, wantsLengths);
  },
};

function itemOf(text: string, where: string, wantsLengths: boolean): TraceItem {
  const line = parsedJson(text);
  if (!isFields(line)) return { kind: "fault", where, message: "is no JSON object" };
  const body = typeof line.body === "string" ? parsedJson(line.body) : line.body;
  const timeS = typeof line.timestamp === "string" ? textTimeS(line.timestamp) : numberOf(line.timestamp);
  const message = faultOf(line, body, timeS, wantsLengths);
  if (message !== null || timeS === null) return { kind: "fault", where, message: message ?? "" };
  const content = {
    kind: "body",
    body: body as Fields,
    headers: (line.headers ?? {}) as Record<string, string>,
    requestId: typeof line.request_id === "string" ? line.request_id : null,
    outputTokens: countIn(line.completion_tokens),
  } as const;
  return { kind: "requests", where, inConversation: false, requests: [{ timeS, content }] };
}

function textTimeS(text: string): number | null {
  return numberOf(text) ?? dateTimeS(text);
}

function faultOf(line: Fields, body: unknown, timeS: number | null, wantsLengths: boolean): string | null {
  const unknown = Object.keys(line).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) return `unknown ${unknown.map((key) => `"${key}"`).join(", ")}: it knows ${KEYS.join(", ")}`;
  if (!isFields(body)) return "body must be an object, or the JSON text of one";
  if (timeS === null) return "timestamp must be seconds or an ISO date and time";
  const { headers = {}, request_id: id = "", completion_tokens: tokens } = line;
  if (!isFields(headers) || Object.values(headers).some((value) => typeof value !== "string")) {
    return "headers must be an object of texts";
  }
  if (typeof id !== "string") return "request_id must be a text";
  if (tokens !== undefined && countIn(tokens) === null) return "completion_tokens must be a number of tokens";
  return wantsLengths && tokens === undefined ? "has no completion_tokens, and match_output_length wants them" : null;
}
