import type { ApiPlugin } from "../contract/api.ts";
import { ClosedLoop, type LoadPlan } from "../load/closed-loop.ts";
import { transportOf } from "../transport/choose.ts";
import { Reachability } from "../transport/reachable.ts";
import type { Transport } from "../transport/transport.ts";
import { Arrivals, type Ready } from "./arrivals.ts";
import { type Clock, processClock } from "./clock.ts";
import { debugLines } from "./debug-lines.ts";
import { Dispatch } from "./dispatch.ts";
import { Exchange } from "./exchange.ts";
import { finishedOf, type Identity, unbuiltOf } from "./finished.ts";
import { Handover } from "./handover.ts";
import { InFlight } from "./in-flight.ts";
import { Outbox } from "./outbox.ts";
import { ParseQueue } from "./parse-queue.ts";
import { Preparer } from "./prepared.ts";
import { Prober } from "./prober.ts";
import type { FromEngine, StageShare, ToEngine } from "./protocol.ts";
import type { Reading } from "./reading.ts";
import { Redaction } from "./redaction.ts";
import { Sampler } from "./sampler.ts";
import { targetOf } from "./target.ts";

const BEAT_MS = 200;
const SWEEP_MS = 100;
const SAMPLE_MS = 1000;
/** A stage waits this long for its first requests to be built before it starts with what there is. */
const PATIENCE_MS = 5000;

type Start = Extract<ToEngine, { type: "start" }>;

/** One engine: its share of the load, its sockets, its clock. Everything that could wait is done elsewhere or later. */
export class Engine {
  readonly #clock: Clock = processClock();
  readonly #now = this.#clock.now;
  readonly #transport: Transport;
  readonly #outbox: Outbox;
  readonly #queue = new ParseQueue(
    this.#now,
    () => this.#inFlight.size === 0,
    (read) => this.#read(read),
  );
  readonly #sampler: Sampler;
  readonly #inFlight: InFlight;
  readonly #arrivals: Arrivals;
  readonly #dispatch: Dispatch;
  readonly #prober: Prober;
  readonly #identity: Identity;
  readonly #timers: ReturnType<typeof setInterval>[];
  /** Exchanges that a sweep has begun to read before their end. */
  readonly #early = new Map<Exchange, Reading>();
  #stage: StageShare | null = null;
  #load: LoadPlan | null = null;
  #startTimer: ReturnType<typeof setTimeout> | null = null;
  #loadDone = false;
  #aborted = false;
  #sent = 0;
  #done = 0;

  constructor(
    start: Start,
    readonly api: ApiPlugin,
    readonly post: (message: FromEngine) => void,
  ) {
    const { config } = start;
    const target = targetOf(config, start.secrets);
    const { proxyCredentials } = start.secrets;
    this.#transport = transportOf({ now: this.#now, connection: config.connection, proxyCredentials });
    const redaction = new Redaction(start.secrets);
    const reachability = new Reachability(this.#now, config.timeouts.connectS * 1000);
    const preparer = new Preparer(api, config.params, target.url, target.headers);
    this.#outbox = new Outbox(post);
    this.#sampler = new Sampler(start.engine);
    this.#dispatch = new Dispatch(api, this.#transport, this.#now);
    this.#prober = new Prober(preparer, this.#dispatch, config.timeouts, reachability, redaction);
    this.#identity = {
      engine: start.engine,
      runId: start.runId,
      endpoint: config.url,
      config,
      api,
      clock: this.#clock,
      redaction,
    };
    this.#inFlight = new InFlight(this.#now, config.timeouts, {
      reachable: (url) => reachability.check(url),
      hasEnded: (exchange) => this.#hasEnded(exchange),
    });
    this.#arrivals = new Arrivals(
      preparer,
      this.#now,
      () => Math.max(1, Math.min(64, (this.#stage?.slots ?? 1) >> 2)),
      (used, skipped) => post({ type: "credit", used, skipped }),
      () => this.#onReady(),
      Math.min(config.timeouts.readS, config.timeouts.totalS),
    );
    this.#timers = [
      setInterval(() => this.#beat(), BEAT_MS),
      setInterval(() => this.#inFlight.sweep(), SWEEP_MS),
      setInterval(() => this.#sample(), SAMPLE_MS),
    ];
  }

  receive(message: Exclude<ToEngine, Start>): void {
    switch (message.type) {
      case "ping":
        this.post({ type: "pong", sentMs: message.sentMs, engineMs: this.#clock.unix(this.#now()) * 1000 });
        break;
      case "probe":
        void this.#probe(message);
        break;
      case "stage":
        this.#begin(message.stage);
        break;
      case "arrivals":
        this.#arrivals.push(message.arrivals);
        break;
      case "stop":
        this.#stop();
        break;
      case "abort":
        this.#aborted = true;
        this.#stop();
        this.#inFlight.abort();
        break;
      case "exit":
        this.close();
        break;
    }
  }

  async #probe({ token, ask }: Extract<ToEngine, { type: "probe" }>): Promise<void> {
    this.post({ type: "probed", token, result: await this.#prober.probe(ask) });
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#sampler.stop();
    this.#prober.close();
  }

  #begin(stage: StageShare): void {
    this.#stage = stage;
    this.#loadDone = false;
    const handover = new Handover(this.#now, this.#transport.pace(stage.slots));
    const driver = {
      now: this.#now,
      take: () => this.#arrivals.take(),
      room: () => handover.room(),
      send: (ready: Ready, scheduled: number, released: number, done: () => void) =>
        handover.pass(() => this.#send(ready, scheduled, released, done)),
    };
    this.#load = new ClosedLoop<Ready>(driver, stage.slots, stage.quota, () => {
      this.#loadDone = true;
      void this.#finishStage();
    });
    this.#startTimer = setTimeout(() => this.#startLoad(), PATIENCE_MS);
    this.#onReady();
  }

  #onReady(): void {
    const stage = this.#stage;
    if (stage === null || this.#load === null) return;
    if (this.#startTimer === null) this.#load.wake();
    else if (this.#arrivals.ready >= Math.min(stage.slots, stage.quota)) this.#startLoad();
  }

  #startLoad(): void {
    if (this.#startTimer !== null) clearTimeout(this.#startTimer);
    this.#startTimer = null;
    this.#load?.start();
  }

  #stop(): void {
    if (this.#startTimer !== null) clearTimeout(this.#startTimer);
    this.#startTimer = null;
    this.#load?.stop();
  }

  #send(ready: Ready, scheduled: number, released: number, done: () => void): void {
    const sent = this.#now();
    if (ready.kind === "failed") {
      this.#outbox.push(unbuiltOf(ready, sent, this.#stage!, this.#identity));
      setImmediate(done);
      return;
    }
    const exchange = new Exchange(ready.prepared, scheduled, released, sent, (ended) => {
      this.#inFlight.delete(ended);
      this.#done++;
      // Only queued: the slot's next request does not wait for the reading of this one's reply.
      this.#queue.push(this.#early.get(ended) ?? this.#dispatch.reading(ended));
      done();
    });
    this.#sent++;
    this.#inFlight.add(exchange);
    this.#dispatch.send(exchange);
    // Its turn at the handover came when everything else had been given up.
    if (this.#aborted) this.#inFlight.abort();
  }

  #hasEnded(exchange: Exchange): boolean {
    let read = this.#early.get(exchange);
    if (read === undefined) {
      read = this.#dispatch.reading(exchange);
      this.#early.set(exchange, read);
    }
    if (!read.caughtUp) this.#queue.push(read);
    return read.caughtUp && read.reply.endStamp !== null;
  }

  #read(read: Reading): void {
    if (read.claim()) this.#keep(read);
    // Asked after a repetition too, which a sweep may have put behind the last request of all.
    if (this.#loadDone && this.#queue.size === 0) void this.#finishStage();
  }

  #keep(read: Reading): void {
    this.#early.delete(read.exchange);
    const finished = finishedOf(read, this.#stage!, this.#identity);
    this.#outbox.push(finished);
    if (!this.#identity.config.debug) return;
    this.post({ type: "debug", lines: debugLines(read.exchange.prepared.wire, finished) });
  }

  async #finishStage(): Promise<void> {
    if (this.#queue.size > 0 || this.#inFlight.size > 0 || this.#stage === null) return;
    const { index } = this.#stage;
    this.#load = null;
    await this.#outbox.flush();
    this.#beat();
    this.post({ type: "stage-done", index });
  }

  #beat(): void {
    const started = this.#inFlight.announce().map((exchange): [number, number] => {
      return [exchange.prepared.id, this.#clock.unix(exchange.sent)];
    });
    this.post({ type: "beat", started, inFlight: this.#inFlight.size, backlog: this.#queue.size });
    void this.#outbox.flush();
  }

  #sample(): void {
    const counters = { inFlight: this.#inFlight.size, sent: this.#sent, done: this.#done };
    this.post({ type: "sample", sample: this.#sampler.sample(counters) });
  }
}
