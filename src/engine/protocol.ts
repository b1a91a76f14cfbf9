/**
 * What the main process and an engine say to each other. Main feeds inputs ahead against credit, because a process
 * channel never pushes back; engines report what has finished in batches.
 */
import type { RunConfig, Secrets } from "../config/run-config.ts";
import type { Input } from "../contract/input.ts";
import type { LogLevel } from "../contract/log.ts";
import type { Deal } from "../load/schedules.ts";
import type { LoadShape } from "../load/shape.ts";
import type { Phase, RecordedRequest } from "../record/outcome.ts";
import type { SampleRow } from "../record/rows.ts";

/** An input with the number of its arrival, unique in the run. */
export interface Arrival {
  id: number;
  input: Input;
}

/** One engine's share of one phase of one level. */
export interface StageShare {
  /** Position in the run's sequence of stages. */
  index: number;
  phase: Phase;
  level: number;
  repeat: number;
  /** Requests at once; null: no bound. */
  slots: number | null;
  /** Requests in all; null: as many as fall due until `untilMs`. */
  quota: number | null;
  /** Inputs that it may hold unused. */
  window: number;
  shape: LoadShape;
  /** Of the stage's draws, which are the same in every engine. */
  seed: number;
  /** Which of the stage's arrivals and slots are its own. */
  deal: Deal;
  /** Requests at once in all engines. */
  parallel: number | null;
  /** Nothing falls due any more then, in milliseconds from the start; null: no such end. */
  untilMs: number | null;
  /** Seconds that what is in flight may take when the last has been sent; null: as long as it takes. */
  drainS: number | null;
}

export type ToEngine =
  | { type: "start"; engine: number; runId: string; config: RunConfig; secrets: Secrets }
  | { type: "ping"; sentMs: number }
  /** A small request that is not recorded. "generate": the API's own for one token; "get" and "call" are none of the API's. */
  | { type: "probe"; token: number; ask: ProbeAsk }
  | { type: "stage"; stage: StageShare }
  /** The stage begins at `atMs`: Unix milliseconds by the engine's own clock. */
  | { type: "go"; index: number; atMs: number }
  /** Inputs, as packing.ts makes one string of them. */
  | { type: "arrivals"; packed: string }
  /** Send nothing more; finish what is in flight. */
  | { type: "stop" }
  /** Give up what is in flight, recorded as cancelled. */
  | { type: "abort" }
  | { type: "exit" };

export type ProbeAsk =
  /** `input`: what to ask; absent: the smallest there is. `url`: another than the run's first. */
  | { kind: "generate"; input?: Input; url?: string }
  | { kind: "get"; url: string }
  /** Any other, without a body. */
  | { kind: "call"; method: string; url: string };

/**
 * How a probe ended. `body` is cut; secrets cannot be in it.
 * @property promptTokens of a reply that says how many it had
 * @property speaks the scheme that the address answers to instead of the URL's, where that was found out
 */
export type ProbeResult =
  | { ok: true; status: number; body: string; promptTokens?: number }
  | { ok: false; status: number | null; kind: string; message: string; body: string; speaks?: "http" | "https" };

/** A finished request as the engine knows it; main adds what needs a tokenizer. */
export interface Finished {
  recorded: RecordedRequest;
  /** Tokens of the first output chunk where the server says; null otherwise. */
  firstChunkTokens: number | null;
  /** Seconds from the first to the last output stamp; null without output. */
  outputSpanS: number | null;
  /** Whether reasoning was streamed: hidden reasoning tokens are no part of TPOT. */
  reasoningStreamed: boolean;
}

export type FromEngine =
  | { type: "ready"; pid: number; timeOriginMs: number }
  | { type: "pong"; sentMs: number; engineMs: number }
  | { type: "probed"; token: number; result: ProbeResult }
  /** How many arrivals were used up since the last credit, and which of them the API plugin skipped. */
  | { type: "credit"; used: number; skipped: number[] }
  /** Its first requests are built: the stage may begin. */
  | { type: "prepared"; index: number }
  /** What was due and will not be sent; Unix seconds. */
  | { type: "unsent"; scheduled: number[] }
  /** Finished requests, as packing.ts makes one string of them. */
  | { type: "finished"; packed: string }
  /** Every 200 ms: what is in flight and was not before, as [id, sent, Unix seconds], and the counters. */
  | { type: "beat"; started: [number, number][]; inFlight: number; backlog: number }
  | { type: "sample"; sample: SampleRow }
  /** What the API plugin says to the person at the terminal, labelled with its name. */
  | { type: "log"; level: LogLevel; line: string }
  /** With --debug: lines for the person at the terminal. */
  | { type: "debug"; lines: string[] }
  | { type: "stage-done"; index: number }
  | { type: "fatal"; message: string };
