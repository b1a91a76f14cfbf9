import type { WholeReply } from "../../record/level-record.ts";
import { firstChoice, isObject, type RecordedEvent, recordedEvents, usageCount } from "./recorded-events.ts";

/** One request as evalscope perf 1.14 would have recorded it (its class BenchmarkData). Seconds. */
export interface EvalscopeRequest {
  start: number;
  /** null: it keeps no end, and the request does not widen the test's duration. */
  completed: number | null;
  success: boolean;
  isStream: boolean;
  latency: number;
  firstChunkLatency: number;
  interTokenLatencies: number[];
  /** 0 where there is nothing to divide. */
  timePerOutputToken: number;
  promptTokens: number;
  completionTokens: number;
  /** null: not said, and no conversation. */
  cachedTokens: number | null;
  /** From 0; null: no conversation. */
  turn: number | null;
  /** (tokens - 1) / (chunks - 1); null: no second chunk. */
  tokensPerIteration: number | null;
  /** The chunks that it keeps of the reply. */
  messages: unknown[];
  request: string | null;
  requestId: string;
}

/** Ends of a stream that plumb calls failures and evalscope does not see: the framing was whole. */
const UNSEEN = new Set(["truncated", "empty", "malformed", "wrong_content_type"]);

/** @param before the turn before of the same conversation */
export function evalscopeRequest(reply: WholeReply, before: EvalscopeRequest | null): EvalscopeRequest {
  const events = recordedEvents(reply);
  const timing = reply.isStream ? streamTiming(events) : bodyTiming(reply, events);
  const framed = reply.status === 200 && (reply.success || UNSEEN.has(reply.errorKind ?? ""));
  const inBandError = reply.isStream && events.some(({ data }) => isError(data));
  const counts = tokenCounts(reply, events);
  const success = framed && !inBandError && counts !== null;
  const { prompt, completion } = counts ?? { prompt: 0, completion: 0 };
  return {
    start: reply.sent,
    completed: success || inBandError ? reply.sent + timing.latency : null,
    success,
    isStream: reply.isStream || (!success && asksForStream(reply.request)),
    latency: timing.latency,
    firstChunkLatency: timing.first,
    interTokenLatencies: timing.gaps,
    timePerOutputToken: completion > 1 ? (timing.latency - timing.first) / (completion - 1) : 0,
    promptTokens: prompt,
    completionTokens: completion,
    cachedTokens: cachedTokens(reply, events, before),
    turn: reply.turn,
    tokensPerIteration: completion > 1 && timing.chunks > 1 ? (completion - 1) / (timing.chunks - 1) : null,
    messages: reply.isStream
      ? events.filter(({ data }) => firstChoice(data) !== null).map(({ data }) => data)
      : reply.events,
    request: reply.request,
    requestId: reply.requestId,
  };
}

interface Timing {
  latency: number;
  first: number;
  gaps: number[];
  /** From the first output on, empty ones too. */
  chunks: number;
}

function streamTiming(events: RecordedEvent[]): Timing {
  const timing: Timing = { latency: 0, first: 0, gaps: [], chunks: 0 };
  let lastOutput: number | null = null;
  for (const event of events) {
    const choice = firstChoice(event.data);
    // An API that it has no reader for is read by plumb's.
    const isForeign = !Array.isArray(event.data.choices) && event.hasOutput;
    if (isForeign || (choice !== null && hasOutput(event.data, choice))) {
      if (lastOutput === null) timing.first = event.at;
      else timing.gaps.push(event.at - lastOutput);
      lastOutput = event.at;
    }
    if (choice !== null && lastOutput !== null) timing.chunks++;
    timing.latency = event.at;
  }
  // An API without choices: its chunks are its outputs.
  if (timing.chunks === 0 && timing.gaps.length > 0) timing.chunks = timing.gaps.length + 1;
  return timing;
}

function bodyTiming({ sent, completed }: WholeReply, events: RecordedEvent[]): Timing {
  const latency = events.at(-1)?.at ?? completed - sent;
  return { latency, first: latency, gaps: [], chunks: 0 };
}

/** Text or reasoning of the first choice, a tool call's name or arguments, or told reasoning. */
function hasOutput(data: Record<string, unknown>, choice: Record<string, unknown>): boolean {
  if (data.object === "text_completion") return isText(choice.text);
  const { delta } = choice;
  if (!isObject(delta)) return false;
  if (isText(delta.content) || isText(delta.reasoning_content) || isText(delta.reasoning)) return true;
  const calls = Array.isArray(delta.tool_calls) ? delta.tool_calls : [];
  const details = Array.isArray(delta.reasoning_details) ? delta.reasoning_details : [];
  return (
    calls.some((call) => isObject(call) && isObject(call.function) && hasAny(call.function, ["name", "arguments"])) ||
    details.some((detail) => isObject(detail) && hasAny(detail, ["text", "summary"]))
  );
}

function hasAny(of: Record<string, unknown>, names: string[]): boolean {
  return names.some((name) => isText(of[name]));
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isError(data: Record<string, unknown>): boolean {
  return (data.error ?? null) !== null || data.object === "error";
}

/** The last usage block, else plumb's own counts; null: evalscope could not go on without a tokenizer. */
function tokenCounts(reply: WholeReply, events: RecordedEvent[]): { prompt: number; completion: number } | null {
  const usage = events.findLast(({ data }) => isObject(data.usage) && Object.keys(data.usage).length > 0)?.data;
  const prompt = (usage && usageCount(usage, "prompt_tokens")) ?? reply.promptTokens;
  const completion = (usage && usageCount(usage, "completion_tokens")) ?? reply.completionTokens;
  if (prompt !== null && completion !== null) return { prompt, completion };
  // Without a chunk it takes both for 0.
  return events.length === 0 ? { prompt: 0, completion: 0 } : null;
}

/** What the service said; in a conversation else the whole of the turn before, and nothing for the first turn. */
function cachedTokens(reply: WholeReply, events: RecordedEvent[], before: EvalscopeRequest | null): number | null {
  const said = events.map(({ data }) => saidCached(data)).findLast((count) => count !== null) ?? null;
  if (reply.turn === null || said !== null) return said;
  return before === null ? 0 : before.promptTokens + before.completionTokens;
}

function saidCached({ usage }: Record<string, unknown>): number | null {
  const details = isObject(usage) ? usage.prompt_tokens_details : undefined;
  const cached = isObject(details) ? details.cached_tokens : undefined;
  return typeof cached === "number" ? cached : null;
}

function asksForStream(request: string | null): boolean {
  try {
    const body: unknown = JSON.parse(request ?? "null");
    return isObject(body) && body.stream === true;
  } catch {
    return false;
  }
}
