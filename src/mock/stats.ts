import { type FaultCount, FaultCounts } from "./fault-counts.ts";
import { Histogram, type Spread } from "./histogram.ts";
import { RequestLog } from "./request-log.ts";

/** What the server itself saw: what a client's numbers are held against. Milliseconds. */
export interface StatsReport {
  /** Connections since the last reset, the one that asks included. */
  accepted: number;
  /** Connections now. */
  open: number;
  /** Requests read in whole, save those for /health, /models, /stats and /reset. */
  requests: number;
  /** Answered with a status of 200 and to the last byte. */
  finished: number;
  /** Of these, those that met no fault. */
  whole: number;
  /** Given up by the client before that. */
  aborted: number;
  /** Not answered in whole, because of a fault. */
  broken: number;
  in_flight: number;
  peak_in_flight: number;
  /** From the request's last byte read to the first token's chunk written; streams only. */
  server_ttft_ms: Spread;
  /** From the request's last byte read to the reply's last byte given to the system; finished requests only. */
  server_latency_ms: Spread;
  /** Between token chunks of one reply, written to written; 0 for those that went out in one write. */
  server_gap_ms: Spread;
  /** Of finished requests. */
  prompt_tokens: number;
  /** Of finished requests, all choices. */
  completion_tokens: number;
  /** Requests by the status of their answer, counted when its head goes out. */
  by_status: Record<string, number>;
  /** Faults that requests were to meet, by name. */
  faults: Record<string, FaultCount>;
}

/** Counters in flat memory: the same for ten requests and for ten million. */
export class MockStats {
  accepted = 0;
  open = 0;
  requests = 0;
  finished = 0;
  whole = 0;
  aborted = 0;
  broken = 0;
  inFlight = 0;
  peakInFlight = 0;
  promptTokens = 0;
  completionTokens = 0;
  readonly ttft = new Histogram();
  readonly latency = new Histogram();
  readonly gap = new Histogram();
  readonly faults = new FaultCounts();
  readonly log = new RequestLog();
  #byStatus = new Map<number, number>();

  begin(): void {
    this.inFlight++;
    if (this.inFlight > this.peakInFlight) this.peakInFlight = this.inFlight;
  }

  finish(latencyMs: number, promptTokens: number, completionTokens: number): void {
    this.inFlight--;
    this.finished++;
    this.latency.add(latencyMs);
    this.promptTokens += promptTokens;
    this.completionTokens += completionTokens;
  }

  abort(): void {
    this.inFlight--;
    this.aborted++;
  }

  break(): void {
    this.inFlight--;
    this.broken++;
  }

  status(code: number): void {
    this.#byStatus.set(code, (this.#byStatus.get(code) ?? 0) + 1);
  }

  /** Forgets the past; what is open and in flight stays so. */
  reset(): void {
    this.accepted = this.requests = this.finished = this.whole = this.aborted = this.broken = 0;
    this.promptTokens = this.completionTokens = 0;
    this.peakInFlight = this.inFlight;
    for (const histogram of [this.ttft, this.latency, this.gap]) histogram.clear();
    this.#byStatus.clear();
    this.faults.clear();
    this.log.clear();
  }

  report(): StatsReport {
    return {
      accepted: this.accepted,
      open: this.open,
      requests: this.requests,
      finished: this.finished,
      whole: this.whole,
      aborted: this.aborted,
      broken: this.broken,
      in_flight: this.inFlight,
      peak_in_flight: this.peakInFlight,
      server_ttft_ms: this.ttft.spread(),
      server_latency_ms: this.latency.spread(),
      server_gap_ms: this.gap.spread(),
      prompt_tokens: this.promptTokens,
      completion_tokens: this.completionTokens,
      by_status: Object.fromEntries(this.#byStatus),
      faults: this.faults.report(),
    };
  }
}
