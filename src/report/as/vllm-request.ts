import type { WholeReply } from "../../record/level-record.ts";
import { firstChoice, type RecordedEvent, recordedEvents, usageCount } from "./recorded-events.ts";

/** One success as `vllm bench serve` and vllm-bench would have recorded it. Seconds. */
export interface VllmRequest {
  latency: number;
  ttft: number;
  /** Between successive timed chunks. */
  gaps: number[];
  outputTokens: number;
  /** The tool counts the prompt by its own tokenizer; here it is what plumb counted. */
  promptTokens: number;
}

/** Ends that plumb calls failures and the tool does not see: the framing was whole, the status 2xx. */
const UNSEEN = new Set(["truncated", "empty", "malformed", "stream_error", "wrong_content_type"]);

/** null: it would have failed, or been no stream, which the tool cannot ask for. */
export function vllmRequest(reply: WholeReply): VllmRequest | null {
  const { status } = reply;
  const framed =
    status !== null && status >= 200 && status < 300 && (reply.success || UNSEEN.has(reply.errorKind ?? ""));
  if (!framed || !reply.isStream) return null;
  const events = recordedEvents(reply);
  const chunks = events.filter(({ data }) => firstChoice(data) !== null);
  const completions = isCompletions(reply.endpoint ?? "");
  // Without a chunk the completions backend has failed; the chat backend has succeeded, with a TTFT of 0.
  if (completions && chunks.length === 0) return null;
  const timed = completions ? chunks : events;
  const gaps = completions ? gapsBetween(chunks) : gapsFromAny(events);
  const reported = events.map(({ data }) => usageCount(data, "completion_tokens")).findLast((n) => n !== null) ?? 0;
  return {
    latency: timed.at(-1)?.at ?? 0,
    ttft: chunks[0]?.at ?? 0,
    gaps,
    outputTokens: reported > 0 ? reported : 1 + gaps.length,
    promptTokens: reply.promptTokens ?? 0,
  };
}

function isCompletions(endpoint: string): boolean {
  return /\/completions\/?$/.test(endpoint) && !/\/chat\/completions\/?$/.test(endpoint);
}

function gapsBetween(chunks: RecordedEvent[]): number[] {
  return chunks.slice(1).map(({ at }, i) => at - chunks[i]!.at);
}

/** From whichever event was last to each chunk but the first: the chat backend's way. */
function gapsFromAny(events: RecordedEvent[]): number[] {
  const gaps: number[] = [];
  let seen = false;
  events.forEach(({ data, at }, i) => {
    if (firstChoice(data) === null) return;
    if (seen) gaps.push(at - events[i - 1]!.at);
    seen = true;
  });
  return gaps;
}
