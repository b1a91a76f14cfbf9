import type { RunConfig } from "../config/run-config.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { Outcome, Payload } from "../record/outcome.ts";
import type { Passage } from "../transport/transport.ts";
import { type Aim, aimOf } from "./aim.ts";
import type { Clock } from "./clock.ts";
import { judge } from "./judge.ts";
import type { Prepared, PreparedTurn } from "./prepared.ts";
import type { Finished, StageShare } from "./protocol.ts";
import type { Reading } from "./reading.ts";
import type { Redaction } from "./redaction.ts";
import type { Reply } from "./reply.ts";
import { placeOf, requestDifference } from "./turn-record.ts";

/** What all requests of one engine share in the record. */
export interface Identity {
  engine: number;
  runId: string;
  config: RunConfig;
  api: ApiPlugin;
  clock: Clock;
  redaction: Redaction;
}

/** The record of an exchange that has ended and been read. Counting tokens without usage is left to the main process. */
export function finishedOf(read: Reading, stage: StageShare, who: Identity): Finished {
  const { reply } = read;
  const { output } = reply;
  const finished: Finished = {
    recorded: { outcome: outcomeOf(read, stage, who), payload: payloadOf(read, who) },
    firstChunkTokens: output.firstTokens,
    outputSpanS: output.first === null || output.last === null ? null : (output.last - output.first) / 1000,
    reasoningStreamed: reply.reasoningStreamed,
  };
  who.redaction.finished(finished);
  return finished;
}

function outcomeOf(read: Reading, stage: StageShare, who: Identity): Outcome {
  const { exchange, reply } = read;
  const { output, usage } = reply;
  const { clock } = who;
  const isStream = cameStreamed(read, who);
  const ending = judge(read, who.api.produces ?? "text");
  const completed = (ending.ok ? reply.endStamp : null) ?? exchange.ended!.stamp;
  const latency = (completed - exchange.sent) / 1000;
  const since = (stamp: number | null) => (stamp === null ? null : (stamp - exchange.sent) / 1000);
  return {
    ...blankOutcome(exchange.prepared.id, stage, who, exchange.prepared.aim),
    ...placeOf(exchange.prepared.turn),
    ...originOf(exchange.prepared),
    scheduledTime: clock.unix(exchange.scheduled),
    releasedTime: clock.unix(exchange.released),
    sentTime: clock.unix(exchange.sent),
    completedTime: clock.unix(completed),
    ...passageOf(exchange.passage, clock),
    latency,
    // Not streamed, the whole answer is the first that is seen of it.
    firstChunkLatency: isStream ? since(output.first) : output.first === null ? null : latency,
    firstAnswerLatency: isStream ? since(output.firstAnswer) : output.firstAnswer === null ? null : latency,
    promptTokens: usage.prompt,
    completionTokens: usage.completion,
    reasoningTokens: usage.reasoning,
    cachedTokens: usage.cached,
    items: reply.items,
    tokenSource: isCounted(reply, who.api) ? "usage" : "none",
    chunks: output.chunks,
    coalescedChunks: output.coalesced,
    bytes: exchange.bytes,
    isStream,
    stampSource: read.held?.byHand === true ? "plugin" : "transport",
    ending,
    status: exchange.status,
    finishReason: reply.finishReason,
    attempts: exchange.attempts,
  };
}

function originOf({ asked, part }: Prepared): Partial<Outcome> {
  return {
    part: part ?? null,
    askedPromptTokens: asked?.promptTokens ?? null,
    askedCompletionTokens: asked?.completionTokens ?? null,
  };
}

/** What the transport knows of the way there. */
function passageOf(passage: Passage | null, clock: Clock): Partial<Outcome> {
  if (passage === null) return {};
  const { newConnection, connectS, tlsS, written, wireSent, wireReceived } = passage;
  return {
    newConnection,
    connectS,
    tlsS,
    writtenTime: written === null ? null : clock.unix(written),
    wireSent,
    wireReceived,
  };
}

/** A single line of NDJSON is a whole body. Where nothing came that tells, what was asked for counts. */
function cameStreamed({ framing, reply }: Reading, { api, config }: Identity): boolean {
  if (framing === null) return config.params.stream && api.framing !== "body";
  return framing === "ndjson" ? reply.messages.length > 1 : framing !== "body";
}

/** Whether the server counted what there is to count: where a reply is no text, the prompt alone. */
function isCounted({ usage }: Reply, { produces = "text" }: ApiPlugin): boolean {
  return usage.completion !== null || (produces !== "text" && usage.prompt !== null);
}

/** The record of a request that its plugin could not build: it failed when its turn came. */
export function unbuiltOf(
  { id, message, turn }: { id: number; message: string; turn?: PreparedTurn },
  stamp: number,
  stage: StageShare,
  who: Identity,
): Finished {
  const time = who.clock.unix(stamp);
  const times = { scheduledTime: time, releasedTime: time, sentTime: time, completedTime: time, latency: 0 };
  const ending = { ok: false, kind: "plugin", message } as const;
  const aim = aimOf(who.config, turn?.conversation.arrival ?? id);
  return {
    recorded: {
      outcome: { ...blankOutcome(id, stage, who, aim), ...placeOf(turn), ...times, ending },
      payload: { request: null, responseMessages: null, eventTimes: null, eventTokens: null, outputText: null },
    },
    firstChunkTokens: null,
    outputSpanS: null,
    reasoningStreamed: false,
  };
}

/**
 * A row of which nothing is known yet but whose it is.
 * @param aim absent: the run's only model and URL
 */
export function blankOutcome(
  id: number,
  stage: Pick<StageShare, "phase" | "level" | "repeat">,
  who: Pick<Identity, "engine" | "runId" | "config">,
  { model, endpoint }: Aim = { model: who.config.params.model, endpoint: who.config.url },
): Outcome {
  return {
    id,
    requestId: `${who.runId}-${id}`,
    phase: stage.phase,
    level: stage.level,
    repeat: stage.repeat,
    engine: who.engine,
    endpoint,
    model,
    conversationId: null,
    turn: null,
    turns: null,
    scheduledTime: null,
    releasedTime: null,
    sentTime: null,
    writtenTime: null,
    completedTime: null,
    connectS: null,
    tlsS: null,
    newConnection: null,
    latency: null,
    firstChunkLatency: null,
    firstAnswerLatency: null,
    timePerOutputToken: null,
    promptTokens: null,
    completionTokens: null,
    reasoningTokens: null,
    cachedTokens: null,
    items: null,
    tokenSource: "none",
    chunks: 0,
    coalescedChunks: 0,
    bytes: 0,
    wireSent: null,
    wireReceived: null,
    part: null,
    askedPromptTokens: null,
    askedCompletionTokens: null,
    isStream: who.config.params.stream,
    stampSource: "transport",
    ending: { ok: false, kind: "unsent", message: "" },
    status: null,
    finishReason: null,
    attempts: 1,
  };
}

/** Texts that the record's mode does not keep stay here, unless main needs them to count tokens. */
function payloadOf({ exchange, reply }: Reading, { api, config }: Identity): Payload {
  const countedByPlugin = api.parseResponses !== undefined;
  const uncounted = countedByPlugin || !isCounted(reply, api) || reply.usage.prompt === null;
  const texts = config.record !== "metrics" || uncounted;
  const { id, wire, turn } = exchange.prepared;
  const difference = turn === undefined || config.record === "metrics" ? null : requestDifference(id, wire, turn);
  return {
    request: texts && (difference === null || uncounted) ? wire.body : null,
    ...(difference !== null && { difference }),
    responseMessages: config.record === "full" || countedByPlugin ? `[${reply.messages.join(",")}]` : null,
    eventTimes: `[${reply.times.join(",")}]`,
    eventTokens: `[${reply.tokens.join(",")}]`,
    outputText: texts ? reply.texts.join("") : null,
  };
}
