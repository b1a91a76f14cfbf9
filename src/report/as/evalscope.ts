import type { LevelSummary } from "../../metrics/summary-model.ts";
import type { RecordedLevel } from "../../record/level-record.ts";
import type { RunReader } from "../../record/reader.ts";
import { type EvalscopeRequest, evalscopeRequest } from "./evalscope-request.ts";
import { type EvalscopeFigures, EvalscopeTotals } from "./evalscope-totals.ts";
import type { ForeignFigure, ForeignLevel } from "./foreign-figure.ts";

/** The release whose formulas these are. */
const EVALSCOPE = "evalscope perf 1.14.1";

/** A level's requests as evalscope would have recorded them. */
export function* evalscopeRequests(reader: RunReader, level: RecordedLevel): Iterable<EvalscopeRequest> {
  const last = new Map<string, EvalscopeRequest>();
  for (const reply of reader.wholeReplies(level)) {
    const { conversationId } = reply;
    const request = evalscopeRequest(reply, conversationId === null ? null : (last.get(conversationId) ?? null));
    if (conversationId !== null) last.set(conversationId, { ...request, messages: [], request: null });
    yield request;
  }
}

export function evalscopeTotals(reader: RunReader, level: RecordedLevel): EvalscopeTotals {
  const totals = new EvalscopeTotals();
  for (const request of evalscopeRequests(reader, level)) totals.add(request);
  return totals;
}

/** The headline of one level by evalscope's definitions. @param inputOnly an API of embeddings or rankings */
export function asEvalscope(totals: EvalscopeTotals, level: LevelSummary, inputOnly: boolean): ForeignLevel {
  const figures = totals.figures();
  return {
    tool: EVALSCOPE,
    level,
    figures: [...common(figures, level), ...(inputOnly ? ofInput(figures, level) : ofText(figures, level))],
    notes: notes(figures, level),
  };
}

function common(theirs: EvalscopeFigures, ours: LevelSummary): ForeignFigure[] {
  const { requests, throughput, latency_from_sent_ms, latency_ms } = ours;
  const latency = (latency_from_sent_ms ?? latency_ms)?.mean ?? null;
  return [
    {
      name: "Test Duration (s)",
      value: theirs.durationS,
      ours: ours.duration_s,
      formula: "last JSON event of any success - first sent",
    },
    {
      name: "Success Requests",
      value: theirs.success,
      ours: requests.success,
      formula: "HTTP 200, whole framing, no error event: a stream may end without its finish",
    },
    {
      name: "Req Throughput (req/s)",
      value: theirs.requestsPerS,
      ours: throughput.requests_per_s,
      formula: "successes / duration",
    },
    {
      name: "Avg Latency (s)",
      value: theirs.latencyS,
      ours: latency === null ? null : latency / 1000,
      formula: "mean of last JSON event - sent",
    },
    {
      name: "Avg Input Tokens",
      value: theirs.promptTokens,
      ours: ours.prompt_tokens?.mean ?? null,
      formula: "prompt tokens / successes",
    },
  ];
}

function ofInput(theirs: EvalscopeFigures, ours: LevelSummary): ForeignFigure[] {
  return [
    {
      name: "Input Throughput (tok/s)",
      value: theirs.inputTokensPerS,
      ours: ours.throughput.input_tokens_per_s,
      formula: "prompt tokens / sum of all latencies, however many ran at once",
    },
  ];
}

function ofText(theirs: EvalscopeFigures, ours: LevelSummary): ForeignFigure[] {
  const { throughput } = ours;
  return [
    {
      name: "Output Throughput (tok/s)",
      value: theirs.outputTokensPerS,
      ours: throughput.output_tokens_per_s,
      formula: "completion tokens / duration",
    },
    {
      name: "Total Throughput (tok/s)",
      value: theirs.totalTokensPerS,
      ours: throughput.total_tokens_per_s,
      formula: "prompt and completion tokens / duration",
    },
    {
      name: "Avg TTFT (ms)",
      value: theirs.ttftMs,
      ours: ours.ttft_ms?.mean ?? null,
      formula: "mean of first output of choice 0 - sent; a stream without any counts as 0",
    },
    {
      name: "Avg TPOT (ms)",
      value: theirs.tpotMs,
      ours: ours.tpot_ms?.mean ?? null,
      formula: "mean of (last JSON event, usage included - first output) / (tokens - 1)",
    },
    {
      name: "Avg ITL (ms)",
      value: theirs.itlMs,
      ours: ours.chunk_gap_ms?.mean ?? null,
      formula: "mean of all gaps between chunks with output, undivided by their tokens (plumb's chunk gap)",
    },
    {
      name: "Avg Output Tokens",
      value: theirs.completionTokens,
      ours: ours.completion_tokens?.mean ?? null,
      formula: "completion tokens / successes",
    },
    ...ofConversations(theirs, ours),
  ];
}

function ofConversations(theirs: EvalscopeFigures, ours: LevelSummary): ForeignFigure[] {
  const { turns, tokens } = ours;
  const figures: ForeignFigure[] = [
    {
      name: "Avg First-Turn TTFT (ms)",
      value: theirs.firstTurnTtftMs,
      ours: turns?.first?.ttft_ms?.mean ?? null,
      formula: "as TTFT, of turn 0",
    },
    {
      name: "Avg Subsequent-Turn TTFT (ms)",
      value: theirs.laterTurnTtftMs,
      ours: turns?.later?.ttft_ms?.mean ?? null,
      formula: "as TTFT, of all later turns",
    },
    {
      name: "KV Cache Hit Rate (%)",
      value: theirs.cachedPercent,
      ours: tokens.cache_hit_rate === null ? null : 100 * tokens.cache_hit_rate,
      formula: "cached / prompt tokens; a turn that says nothing counts as fully cached but for what is new",
    },
    {
      name: "Avg Decoded Tok/Iter",
      value: theirs.tokensPerIteration,
      ours: tokens.per_chunk,
      formula: "mean of (tokens - 1) / (chunks - 1), of the requests where it is above 1",
    },
  ];
  return figures.filter(({ value }) => value !== null);
}

function notes(theirs: EvalscopeFigures, { requests }: LevelSummary): string[] {
  const more = theirs.success - requests.success;
  if (more === 0) return [];
  return more > 0
    ? [`evalscope would call ${more} more requests successes: it does not ask whether a stream has come to its end`]
    : [`evalscope would call ${-more} fewer requests successes: it takes status 200 alone, and needs token counts`];
}
