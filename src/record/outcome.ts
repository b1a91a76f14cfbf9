/** What is known of one request once it has ended: the row of the tables `outcome` and `payload`. */

export type Phase = "warmup" | "measure";

/** Every way to fail; MEASURES of each in docs/metrics.md. */
export type ErrorKind =
  | "dns"
  | "connect"
  | "tls"
  | "timeout_connect"
  | "timeout_idle"
  | "timeout_total"
  | "http_4xx"
  | "rate_limited"
  | "http_5xx"
  | "redirect"
  | "protocol"
  | "reset"
  | "truncated"
  | "stream_error"
  | "malformed"
  | "decode"
  | "empty"
  | "wrong_content_type"
  | "too_large"
  | "plugin"
  | "local_resource"
  | "engine_lost"
  | "cancelled"
  | "cancelled_on_purpose"
  | "unsent";

export type Ending = { ok: true } | { ok: false; kind: ErrorKind; message: string };

/** Where the completion tokens' number comes from. "none": nobody could tell. */
export type TokenSource = "usage" | "tokenizer" | "plugin" | "none";

/** Who took an event's time: the transport on reading, or plumb when a plugin yielded the part. */
export type StampSource = "transport" | "plugin";

/** Times are Unix seconds, durations seconds; null: it does not exist or is not known. */
export interface Outcome {
  id: number;
  requestId: string;
  phase: Phase;
  level: number;
  repeat: number;
  engine: number;
  /** null: it was not sent, or its engine died, before one of several was chosen. */
  endpoint: string | null;
  model: string;
  conversationId: string | null;
  /** From 0, and how many its conversation was to have. */
  turn: number | null;
  turns: number | null;
  scheduledTime: number | null;
  releasedTime: number | null;
  sentTime: number | null;
  writtenTime: number | null;
  completedTime: number | null;
  connectS: number | null;
  tlsS: number | null;
  newConnection: boolean | null;
  /** completed - sent */
  latency: number | null;
  firstChunkLatency: number | null;
  firstAnswerLatency: number | null;
  timePerOutputToken: number | null;
  promptTokens: number | null;
  completionTokens: number | null;
  reasoningTokens: number | null;
  cachedTokens: number | null;
  /** Texts embedded, documents ranked; null for a reply of text. */
  items: number | null;
  tokenSource: TokenSource;
  /** Events that carried output. */
  chunks: number;
  /** Output events that came in one read with the output event before. */
  coalescedChunks: number;
  /** Bytes of the response body. */
  bytes: number;
  /** Bytes of head, framing and body both ways; null: the transport cannot tell. */
  wireSent: number | null;
  wireReceived: number | null;
  /** Which of several datasets it came from; null: there is one. */
  part: string | null;
  /** Lengths that the dataset was asked for; null: none. */
  askedPromptTokens: number | null;
  askedCompletionTokens: number | null;
  isStream: boolean;
  stampSource: StampSource;
  ending: Ending;
  /** HTTP status; null: no reply. */
  status: number | null;
  finishReason: string | null;
  attempts: number;
}

/**
 * A request body told by how it differs from an earlier one: that one's first characters, a text, that one's last
 * characters. A conversation repeats all that was said in every turn, and would take room by the square of its length.
 *
 * Characters are Unicode code points, as SQLite's functions count them.
 */
export interface BodyDifference {
  /** Row of the request that the earlier body belongs to. */
  previous: number;
  /** Characters of the earlier body that stand at the beginning of this one. */
  shared: number;
  /** What stands between. */
  tail: string;
  /** Characters of the earlier body that stand at the end of this one. */
  end: number;
}

export interface Payload {
  /** The request body; null where it was never built, or where `difference` tells it. */
  request: string | null;
  /** A conversation's later turns: how the body differs from the turn before. */
  difference?: BodyDifference;
  /** A JSON array: events or the body, parsed ones raw, the rest as JSON strings. */
  responseMessages: string | null;
  /** A JSON array of integer microseconds from sentTime, one for each element of responseMessages. */
  eventTimes: string | null;
  /** A JSON array beside eventTimes: tokens of output in each event, 0 for none, 1 where it is not said. */
  eventTokens: string | null;
  /** What the model answered: text, reasoning and tool arguments in order of arrival. */
  outputText: string | null;
}

export interface RecordedRequest {
  outcome: Outcome;
  payload: Payload;
}
