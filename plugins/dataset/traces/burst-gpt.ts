import type { Source } from "plumb";
import { countIn, numberOf } from "./moments.ts";
import type { TraceFormat, TraceItem, TraceRequest } from "./trace-format.ts";

type Row = Record<string, string>;

/**
 * BurstGPT's traces of a campus: seconds, lengths, and in later ones the session that a request belongs to. A failed
 * request has no response tokens, and is sent for one token, for it did arrive.
 */
export const burstGpt: TraceFormat = {
  title: "BurstGPT's trace",
  fits: (line) =>
    /^\s*"?Timestamp"?,/.test(line) && line.includes("Request tokens") && line.includes("Response tokens"),
  async *items(path, source) {
    const sessions = await laterTurns(path, source);
    for await (const { fields: row, where } of source.csvRows(path)) {
      const request = requestOf(row);
      if (typeof request === "string") {
        yield { kind: "fault", where, message: request };
        continue;
      }
      const session = sessionOf(row);
      const turns = session === null ? undefined : sessions.get(session);
      const inConversation = row["Session ID"] !== undefined;
      if (turns === undefined) yield { kind: "requests", where, requests: [request], inConversation };
      // Its later rows have been sent with the first.
      else if (turns.first === where) yield conversation(request, turns.rest, where);
    }
  },
};

/** The rows of a session after its first, as three numbers each: a session's rows may lie anywhere in the file. */
interface LaterTurns {
  /** Where the session's first row is. */
  first: string;
  /** Seconds, prompt tokens and output tokens, one row after the other. */
  rest: number[];
}

/** Of a trace without sessions there is nothing to keep; else 24 bytes a row that continues one. */
async function laterTurns(path: string, source: Source): Promise<Map<string, LaterTurns>> {
  const sessions = new Map<string, LaterTurns>();
  for await (const { fields: row, where } of source.csvRows(path)) {
    if (row["Session ID"] === undefined) return sessions;
    const session = sessionOf(row);
    const request = requestOf(row);
    if (session === null || typeof request === "string") continue;
    const known = sessions.get(session);
    if (known === undefined) sessions.set(session, { first: where, rest: [] });
    else known.rest.push(request.timeS, request.content.promptTokens, request.content.outputTokens);
  }
  return sessions;
}

function sessionOf(row: Row): string | null {
  const session = row["Session ID"]?.trim() ?? "";
  return session === "" ? null : session;
}

interface Lengths extends TraceRequest {
  content: Extract<TraceRequest["content"], { kind: "lengths" }>;
}

/** What is wrong with the row, if it is a text. */
function requestOf(row: Row): Lengths | string {
  const timeS = numberOf(row.Timestamp);
  const promptTokens = countIn(row["Request tokens"]);
  const outputTokens = countIn(row["Response tokens"]);
  if (timeS === null) return "Timestamp must be a number of seconds";
  if (promptTokens === null) return "Request tokens must be a number of tokens";
  if (outputTokens === null) return "Response tokens must be a number of tokens";
  return { timeS, content: { kind: "lengths", promptTokens, outputTokens, blocks: null } };
}

/**
 * Rows of a session count the whole prompt. What a turn adds is what goes beyond the turn before and its reply; a row
 * that is shorter than these counts its own words alone.
 */
function conversation(first: Lengths, rest: number[], where: string): TraceItem {
  const requests: [Lengths, ...Lengths[]] = [first];
  let before = first.content.promptTokens + first.content.outputTokens;
  for (let at = 0; at < rest.length; at += 3) {
    const [timeS, promptTokens, outputTokens] = rest.slice(at, at + 3) as [number, number, number];
    const added = promptTokens > before ? promptTokens - before : promptTokens;
    requests.push({ timeS, content: { kind: "lengths", promptTokens: added, outputTokens, blocks: null } });
    before = Math.max(promptTokens, before + promptTokens) + outputTokens;
  }
  return { kind: "requests", where, requests, inConversation: true };
}
