import type { ConversationRecord, LevelTotals, RecordedLevel, TurnRecord } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { distributionOf } from "./distribution.ts";
import { REQUEST_METRICS } from "./request-metrics.ts";
import type { ConversationsSummary, Distribution, LevelSummary, TurnFigures, TurnsSummary } from "./summary-model.ts";
import { valuesByKey } from "./values-by-key.ts";

/** What a level's conversations were like, and their turns; nothing, where it sent single requests. */
export function conversationFigures(
  reader: RunReader,
  level: RecordedLevel,
  totals: LevelTotals,
): Pick<LevelSummary, "turns" | "conversations"> {
  if (totals.turns === 0) return {};
  const records = [...reader.turns(level)];
  return { turns: turnsSummary(reader, level, records), conversations: conversationsSummary(reader, level, records) };
}

const METRICS = ["ttft_ms", "tpot_ms", "latency_ms", "prompt_tokens"] as const;

type TurnMetric = (typeof METRICS)[number];
/** Values of each turn by its number: a list a metric. */
type ValuesByTurn = Map<number, number[][]>;

function turnsSummary(reader: RunReader, level: RecordedLevel, records: TurnRecord[]): TurnsSummary {
  const metrics = METRICS.map((key) => REQUEST_METRICS[key]);
  const values = valuesByKey(reader, level, "turn", metrics);
  const of = (wanted: TurnRecord[]): TurnFigures => ({ ...counts(wanted), ...distributions(values, wanted) });
  const first = records.filter(({ turn }) => turn === 0);
  const later = records.filter(({ turn }) => turn > 0);
  return {
    first: first.length === 0 ? null : of(first),
    later: later.length === 0 ? null : of(later),
    by_turn: records.map((record) => ({ turn: record.turn, ...of([record]) })),
  };
}

function counts(records: TurnRecord[]): Pick<TurnFigures, "requests" | "failed" | "cached_tokens" | "cache_hit_rate"> {
  return {
    requests: sum(records, "requests") ?? 0,
    failed: sum(records, "failed") ?? 0,
    cached_tokens: sum(records, "cached"),
    cache_hit_rate: ratio(sum(records, "cachedOfEarlier"), sum(records, "earlier")),
  };
}

function distributions(values: ValuesByTurn, records: TurnRecord[]): Record<TurnMetric, Distribution | null> {
  const entries = METRICS.map((key, i) => {
    const all = records.flatMap(({ turn }) => values.get(turn)?.[i] ?? []);
    return [key, distributionOf(Float64Array.from(all))];
  });
  return Object.fromEntries(entries) as Record<TurnMetric, Distribution | null>;
}

function conversationsSummary(reader: RunReader, level: RecordedLevel, turns: TurnRecord[]): ConversationsSummary {
  const all = [...reader.conversations(level)];
  const completed = all.filter(isCompleted);
  // A user's first conversation is begun in its middle: how long it takes says nothing of a whole one.
  const whole = completed.filter(({ requests, planned }) => requests === planned);
  const abandoned = all.filter(({ failed }) => failed > 0);
  return {
    total: all.length,
    completed: completed.length,
    abandoned: abandoned.length,
    cut_short: all.length - completed.length - abandoned.length,
    turns_not_sent: all.reduce((sum, { planned, lastTurn }) => sum + planned - lastTurn - 1, 0),
    turns: distribution(all, ({ requests }) => requests),
    duration_s: distribution(whole, ({ firstSent, lastCompleted }) => difference(lastCompleted, firstSent)),
    first_answer_ms: distribution(all, ({ firstSent, firstAnswer }) => difference(firstAnswer, firstSent, 1000)),
    last_answer_ms: distribution(whole, ({ firstSent, lastAnswer }) => difference(lastAnswer, firstSent, 1000)),
    cached_tokens: sum(turns, "cached"),
    cache_hit_rate: ratio(sum(turns, "cachedOfEarlier"), sum(turns, "earlier")),
  };
}

function isCompleted({ failed, planned, lastTurn }: ConversationRecord): boolean {
  return failed === 0 && lastTurn + 1 === planned;
}

function distribution(
  records: ConversationRecord[],
  value: (record: ConversationRecord) => number | null,
): Distribution | null {
  return distributionOf(Float64Array.from(records.map(value).filter((known) => known !== null)));
}

function difference(later: number | null, earlier: number | null, unit = 1): number | null {
  return later === null || earlier === null ? null : (later - earlier) * unit;
}

/** null: no record says it. */
function sum<Name extends keyof TurnRecord>(records: TurnRecord[], name: Name): number | null {
  const known = records.map((record) => record[name]).filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total: number, value) => total + value, 0);
}

function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}
