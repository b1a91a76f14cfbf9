import type { Timeouts } from "../config/run-config.ts";
import { readTimes } from "../config/schedule-file.ts";
import type { ApiPlugin } from "../contract/api.ts";
import { transportOf } from "../transport/choose.ts";
import { Reachability } from "../transport/reachable.ts";
import type { Transport } from "../transport/transport.ts";
import type { Ready } from "./arrivals.ts";
import { Cancellation } from "./cancellation.ts";
import { type Clock, processClock } from "./clock.ts";
import { debugLines } from "./debug-lines.ts";
import { Dispatch } from "./dispatch.ts";
import { Exchange } from "./exchange.ts";
import { finishedOf, type Identity, unbuiltOf } from "./finished.ts";
import { InFlight } from "./in-flight.ts";
import { LeastBusy } from "./least-busy.ts";
import { Outbox } from "./outbox.ts";
import { unpackArrivals } from "./packing.ts";
import { ParseQueue } from "./parse-queue.ts";
import type { Preparer } from "./prepared.ts";
import { preparerFor } from "./preparer-for.ts";
import { Prober } from "./prober.ts";
import type { FromEngine, StageShare, ToEngine } from "./protocol.ts";
import type { Reading } from "./reading.ts";
import { Redaction } from "./redaction.ts";
import { Sampler } from "./sampler.ts";
import { type StageLinks, StageLoad } from "./stage-load.ts";

const BEAT_MS = 200;
const SWEEP_MS = 100;
const SAMPLE_MS = 1000;

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
  readonly #cancellation: Cancellation;
  readonly #leastBusy: LeastBusy;
  readonly #links: StageLinks;
  readonly #dispatch: Dispatch;
  readonly #prober: Prober;
  readonly #identity: Identity;
  readonly #timers: ReturnType<typeof setInterval>[];
  /** Exchanges that a sweep has begun to read before their end. */
  readonly #early = new Map<Exchange, Reading>();
  #stage: StageShare | null = null;
  #load: StageLoad | null = null;
  #loadDone = false;
  /** Why everything is given up; null: it is not. */
  #givenUp: string | null = null;
  #sent = 0;
  #done = 0;

  constructor(
    start: Start,
    readonly api: ApiPlugin,
    readonly post: (message: FromEngine) => void,
  ) {
    const { config } = start;
    const travel = { now: this.#now, connection: config.connection, proxyCredentials: start.secrets.proxyCredentials };
    this.#transport = transportOf(travel);
    const redaction = new Redaction(start.secrets);
    const reachability = new Reachability(this.#now, config.connection, (config.timeouts.connectS * 1000) / 2);
    const preparer = preparerFor(start, api);
    this.#outbox = new Outbox(post);
    this.#sampler = new Sampler(start.engine);
    this.#dispatch = new Dispatch(api, this.#transport, travel);
    this.#prober = new Prober(preparer, this.#dispatch, config.timeouts, reachability, redaction);
    this.#identity = { engine: start.engine, runId: start.runId, config, api, clock: this.#clock, redaction };
    const hasEnded = (exchange: Exchange) => this.#hasEnded(exchange);
    this.#inFlight = new InFlight(this.#now, config.timeouts, { reach: reachability, hasEnded });
    this.#leastBusy = new LeastBusy(config);
    this.#cancellation = new Cancellation(this.#now, config.cancel, config.seed);
    this.#links = this.#linksOf(preparer, config.timeouts);
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
        this.#load?.push(unpackArrivals(message.packed));
        break;
      case "go":
        if (message.index === this.#stage?.index) this.#load?.go(message.atMs - this.#clock.unix(0) * 1000);
        break;
      case "stop":
        this.#load?.stop();
        break;
      case "abort":
        this.#load?.stop();
        this.#giveUp("the run was interrupted");
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
    this.#load?.close();
    this.#sampler.stop();
    this.#prober.close();
    this.#transport.close();
  }

  #begin(stage: StageShare): void {
    this.#sampler.restart();
    this.#stage = stage;
    this.#loadDone = false;
    this.#givenUp = null;
    this.#load = new StageLoad(stage, this.#links);
  }

  #linksOf(preparer: Preparer, { readS, totalS }: Timeouts): StageLinks {
    return {
      now: this.#now,
      pace: (slots) => this.#transport.pace(slots),
      preparer,
      patienceS: Math.min(readS, totalS),
      listed: readTimes,
      send: (ready, scheduled, released, done) => this.#send(ready, scheduled, released, done),
      unix: this.#clock.unix,
      post: this.post,
      giveUp: (message) => this.#giveUp(message),
      done: () => {
        this.#loadDone = true;
        void this.#finishStage();
      },
    };
  }

  #giveUp(message: string): void {
    this.#givenUp = message;
    this.#inFlight.abort(message);
  }

  #send(ready: Ready, scheduled: number, released: number, done: () => void): void {
    const sent = this.#now();
    if (ready.kind === "failed") {
      this.#outbox.push(unbuiltOf(ready, sent, this.#stage!, this.#identity));
      setImmediate(done);
      return;
    }
    const onEnd = (ended: Exchange) => {
      this.#inFlight.delete(ended);
      this.#cancellation.forget(ended);
      this.#leastBusy.forget(ended.prepared);
      this.#done++;
      // Only queued: the slot's next request does not wait for the reading of this one's reply. A next turn does.
      const { turn } = ended.prepared;
      const awaited = turn !== undefined && !turn.conversation.isLast;
      this.#queue.push(this.#early.get(ended) ?? this.#dispatch.reading(ended), awaited);
      done();
    };
    const { maxResponseBytes } = this.#identity.config.connection;
    const exchange = new Exchange(
      this.#leastBusy.aim(ready.prepared),
      scheduled,
      released,
      sent,
      onEnd,
      maxResponseBytes,
    );
    this.#sent++;
    this.#inFlight.add(exchange);
    this.#dispatch.send(exchange);
    // Its turn at the handover came when everything else had been given up.
    if (this.#givenUp !== null) this.#inFlight.abort(this.#givenUp);
    else this.#cancellation.watch(exchange);
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
    const { ending } = finished.recorded.outcome;
    read.exchange.prepared.turn?.conversation.listener?.heard(ending.ok ? (read.reply.answer?.whole() ?? null) : null);
    const { config, redaction } = this.#identity;
    if (config.debug) this.post({ type: "debug", lines: debugLines(read.exchange.prepared.wire, finished, redaction) });
  }

  async #finishStage(): Promise<void> {
    if (this.#queue.size > 0 || this.#inFlight.size > 0 || this.#stage === null) return;
    const { index } = this.#stage;
    this.#load = null;
    await this.#outbox.flush();
    this.#beat();
    this.#sample();
    this.post({ type: "stage-done", index });
  }

  #beat(): void {
    const started = this.#inFlight.announce().map((exchange): [number, number] => {
      const { id, turn } = exchange.prepared;
      return [turn?.conversation.arrival ?? id, this.#clock.unix(exchange.sent)];
    });
    this.post({ type: "beat", started, inFlight: this.#inFlight.size, backlog: this.#queue.size });
    void this.#outbox.flush();
  }

  #sample(): void {
    const counters = { inFlight: this.#inFlight.size, sent: this.#sent, done: this.#done };
    this.post({ type: "sample", sample: this.#sampler.sample(counters, this.#transport.opened) });
  }
}
