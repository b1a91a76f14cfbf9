import type { Database } from "bun:sqlite";
import { MEASURED, type WholeReply } from "./level-record.ts";

type Bounds = Record<"level" | "repeat", number> & Record<"firstId" | "lastId", number | null>;

interface StoredWhole extends Omit<WholeReply, "success" | "isStream" | "events" | "times" | "tokens"> {
  success: number;
  isStream: number;
  events: string | null;
  times: string | null;
  tokens: string | null;
}

const WHOLE_REPLIES = `SELECT
  o.request_id AS requestId, o.sent_time AS sent, o.completed_time AS completed, o.success AS success,
  o.error_kind AS errorKind, o.status AS status, o.is_stream AS isStream, o.endpoint AS endpoint,
  o.turn AS turn, o.conversation_id AS conversationId,
  o.prompt_tokens AS promptTokens, o.completion_tokens AS completionTokens, o.cached_tokens AS cachedTokens,
  o.request AS request, o.response_messages AS events, o.event_times AS times, o.event_tokens AS tokens
FROM result o WHERE ${MEASURED} AND o.sent_time IS NOT NULL AND o.completed_time IS NOT NULL ORDER BY o.id`;

/** A level's requests with all that arrived, in the order in which they were due. */
export function* wholeReplies(db: Database, bounds: Bounds): Iterable<WholeReply> {
  for (const stored of db.query<StoredWhole, [Bounds]>(WHOLE_REPLIES).iterate(bounds)) {
    const [events, times, tokens] = [stored.events, stored.times, stored.tokens].map((text) =>
      text === null ? [] : JSON.parse(text),
    );
    yield { ...stored, success: stored.success === 1, isStream: stored.isStream === 1, events, times, tokens };
  }
}
