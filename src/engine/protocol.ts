/**
 * What the main process and an engine say to each other. Main feeds inputs ahead against credit, because a process
 * channel never pushes back; engines report what has finished in batches.
 */
import type { RunConfig, Secrets } from "../config/run-config.ts";
import type { Input } from "../contract/input.ts";
import type { LogLevel } from "../contract/log.ts";
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
  /** Requests at once. */
  slots: number;
  /** Requests in all. */
  quota: number;
}

export type ToEngine =
  | { type: "start"; engine: number; runId: string; config: RunConfig; secrets: Secrets }
  | { type: "ping"; sentMs: number }
  /** A small request that is not recorded. "generate": the API's own for one token; "get": a plain GET. */
  | { type: "probe"; token: number; ask: { kind: "generate" } | { kind: "get"; url: string } }
  | { type: "stage"; stage: StageShare }
  | { type: "arrivals"; arrivals: Arrival[] }
  /** Send nothing more; finish what is in flight. */
  | { type: "stop" }
  /** Give up what is in flight, recorded as cancelled. */
  | { type: "abort" }
  | { type: "exit" };

/** How a probe ended. `body` is cut; secrets cannot be in it. */
export type ProbeResult =
  | { ok: true; status: number; body: string }
  | { ok: false; status: number | null; kind: string; message: string; body: string };

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
