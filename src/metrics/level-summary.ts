import type { LevelTotals, RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { ChunkGaps } from "./chunk-gaps.ts";
import { kindsOf } from "./kinds.ts";
import { lengthsOf } from "./lengths.ts";
import { type Pair, requestFigures } from "./request-figures.ts";
import { REQUEST_METRICS, type RequestMetricKey } from "./request-metrics.ts";
import { serverSummary } from "./server-summary.ts";
import { staysOf } from "./stays.ts";
import { isInside, littlesLaw, steadyWindow, type Window } from "./steady.ts";
import type { Figures, LevelSummary, RequestCounts } from "./summary-model.ts";
import { WindowThroughput, wholeThroughput } from "./throughput.ts";
import { conversationFigures } from "./turns.ts";
import { withFailures } from "./with-failures.ts";

/** In milliseconds. Below that nobody's server would tell the difference. */
const LATE_MS = 10;
const { sql: LAG, where: SENT } = REQUEST_METRICS.client_lag_ms;
const LATE = `${SENT} AND ${LAG} > ${LATE_MS}`;

/** All figures of one level. Memory: 8 bytes a request for each figure of one scan, and flat counts of gaps. */
export function summariseLevel(reader: RunReader, level: RecordedLevel): LevelSummary {
  const totals = reader.totals(level);
  const stays = staysOf(reader, level, totals);
  const window = steadyWindow(stays, level, totals);
  const { whole, steady } = figures(reader, level, totals, window);
  const all = withFailures(reader, level, totals, whole);
  const server = serverSummary(reader, level, totals.completionTokens ?? 0);
  return {
    level: level.level,
    repeat: level.repeat,
    parallel: level.parallel,
    rate: level.rate,
    number: level.number,
    end_reason: level.endReason ?? null,
    requests: requestCounts(reader, level, totals),
    ...whole,
    ttft_with_failures_ms: all.ttft,
    latency_with_failures_ms: all.latency,
    tokens: tokenTotals(reader, level, totals),
    ...conversationFigures(reader, level, totals),
    lengths: lengthsOf(reader, level, totals),
    ...kindsOf(reader, level, totals, whole.duration_s),
    ...(server !== null && { server }),
    coalesced_share: ratio(totals.coalescedChunks, totals.chunks),
    ...(level.rate !== null && { late_sends: reader.count(level, LATE) }),
    steady: window === null || steady === null ? null : { start_time: window.start, end_time: window.end, ...steady },
    little: window === null ? null : littlesLaw(stays, window),
  };
}

function requestCounts(reader: RunReader, level: RecordedLevel, totals: LevelTotals): RequestCounts {
  const total = totals.offered - totals.unsent;
  const failed = total - totals.success - totals.cancelled;
  return {
    offered: totals.offered,
    total,
    success: totals.success,
    failed,
    unsent: totals.unsent,
    cancelled: totals.cancelled,
    by_error: failed === 0 ? {} : reader.errors(level),
    success_rate: ratio(totals.success, totals.offered - totals.cancelled),
  };
}

function tokenTotals(reader: RunReader, level: RecordedLevel, totals: LevelTotals): LevelSummary["tokens"] {
  return {
    prompt: totals.promptTokens ?? 0,
    completion: totals.completionTokens ?? 0,
    reasoning: totals.reasoningTokens,
    cached: totals.cachedTokens,
    cache_hit_rate: ratio(totals.cachedTokens, totals.cacheablePromptTokens),
    failed_completion: totals.failedCompletionTokens ?? 0,
    sources: tokenSources(reader, level, totals),
    per_chunk: ratio(totals.streamedTokens, totals.streamedChunks),
  };
}

/** Mostly there is one, which the totals tell without a further scan. */
function tokenSources(reader: RunReader, level: RecordedLevel, totals: LevelTotals): Record<string, number> {
  const { success, sourced, firstSource, lastSource } = totals;
  const isOnly = firstSource !== null && firstSource === lastSource && sourced === success;
  return isOnly ? { [firstSource]: success } : reader.tokenSources(level);
}

function figures(
  reader: RunReader,
  level: RecordedLevel,
  totals: LevelTotals,
  window: Window | null,
): { whole: Figures; steady: Figures | null } {
  const { firstSent, lastCompleted } = totals;
  const durationS = firstSent === null || lastCompleted === null ? null : lastCompleted - firstSent;
  const events = eventFigures(reader, level, window);
  const requests = requestFigures(reader, level, totals, window);
  return {
    whole: {
      duration_s: durationS,
      throughput: wholeThroughput(totals, durationS),
      ...arrange(requests, events.gaps, "whole"),
    },
    steady:
      window === null || events.throughput === null
        ? null
        : {
            duration_s: window.end - window.start,
            throughput: events.throughput.rates,
            ...arrange(requests, events.steadyGaps, "steady"),
          },
  };
}

/** One pass over the events of all successes. */
function eventFigures(reader: RunReader, level: RecordedLevel, window: Window | null) {
  const gaps = new ChunkGaps();
  const steadyGaps = new ChunkGaps();
  const throughput = window === null ? null : new WindowThroughput(window);
  for (const reply of reader.timedReplies(level)) {
    gaps.add(reply.times, reply.tokens);
    if (window !== null && isInside(window, reply.sent)) steadyGaps.add(reply.times, reply.tokens);
    throughput?.add(reply);
  }
  return { gaps, steadyGaps, throughput };
}

/** In the order of summary.json. */
function arrange(
  requests: Record<RequestMetricKey, Pair>,
  gaps: ChunkGaps,
  part: keyof Pair,
): Omit<Figures, "duration_s" | "throughput"> {
  return {
    ttft_ms: requests.ttft_ms[part],
    ttfa_ms: requests.ttfa_ms[part],
    tpot_ms: requests.tpot_ms[part],
    itl_ms: gaps.itlMs,
    chunk_gap_ms: gaps.chunkGapMs,
    latency_ms: requests.latency_ms[part],
    latency_from_sent_ms: requests.latency_from_sent_ms[part],
    wait_ms: requests.wait_ms[part],
    client_lag_ms: requests.client_lag_ms[part],
    prompt_tokens: requests.prompt_tokens[part],
    completion_tokens: requests.completion_tokens[part],
  };
}

function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}
