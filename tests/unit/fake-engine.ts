import { blankOutcome } from "../../src/engine/finished.ts";
import { packFinished, unpackArrivals } from "../../src/engine/packing.ts";
import type { Arrival, FromEngine, ProbeResult, StageShare, ToEngine } from "../../src/engine/protocol.ts";
import type { Ending } from "../../src/record/outcome.ts";
import type { EngineLink } from "../../src/run/engine-link.ts";
import { identityOf } from "./engine-fixture.ts";

/** An engine that answers every request at once, unless it is told otherwise. */
export class FakeEngine implements EngineLink {
  onMessage: (message: FromEngine) => void = () => {};
  onLost: (reason: string) => void = () => {};
  readonly pid = 1;
  readonly timeOriginMs = 0;
  readonly clockOffsetMs: number = 0;
  readonly orders: ToEngine[] = [];
  readonly arrived: Arrival[] = [];
  /** Finished ones are told of; false: they stay in flight until the abort. */
  answers = true;
  /** Says when a stage is done. */
  obedient = true;
  skips: (arrival: Arrival) => boolean = () => false;
  endingOf: (arrival: Arrival) => Ending = () => ({ ok: true });
  probeResult: ProbeResult | null = { ok: true, status: 200, body: "" };
  #stage: StageShare | null = null;
  #left = 0;
  #alive = true;

  constructor(readonly index: number) {}

  async handshake(): Promise<void> {}
  async findClockOffset(): Promise<void> {}
  async end(): Promise<void> {}

  /** The process ends without having been told to. */
  die(reason = "signal SIGKILL"): void {
    this.#alive = false;
    this.onLost(reason);
  }

  send(message: ToEngine): void {
    if (!this.#alive) return;
    this.orders.push(message);
    setImmediate(() => this.#obey(message));
  }

  /** What it has begun: ids and when. */
  beat(ids: number[], sent: number): void {
    this.#say({ type: "beat", started: ids.map((id) => [id, sent]), inFlight: ids.length, backlog: 0 });
  }

  #say(message: FromEngine): void {
    if (this.#alive) this.onMessage(message);
  }

  #arrive(arrivals: Arrival[]): void {
    this.arrived.push(...arrivals);
    if (this.answers) this.#answer(arrivals);
  }

  #obey(message: ToEngine): void {
    switch (message.type) {
      case "stage":
        this.#stage = message.stage;
        this.#left = message.stage.quota ?? Number.POSITIVE_INFINITY;
        if (this.#left === 0) this.#done();
        break;
      case "arrivals":
        this.#arrive(unpackArrivals(message.packed));
        break;
      case "probe":
        if (this.probeResult !== null) this.#say({ type: "probed", token: message.token, result: this.probeResult });
        break;
      case "stop":
      case "abort":
        this.#done();
        break;
      default:
    }
  }

  #answer(arrivals: Arrival[]): void {
    const skipped = arrivals.filter(this.skips).map(({ id }) => id);
    const rows = arrivals
      .filter(({ id }) => !skipped.includes(id))
      .map((arrival) => ({
        recorded: {
          outcome: {
            ...blankOutcome(arrival.id, this.#stage!, identityOf({ engine: this.index })),
            ending: this.endingOf(arrival),
          },
          payload: { request: null, responseMessages: "[]", eventTimes: "[]", eventTokens: "[]", outputText: "" },
        },
        firstChunkTokens: null,
        outputSpanS: null,
        reasoningStreamed: false,
      }));
    this.#say({ type: "credit", used: arrivals.length, skipped });
    this.#say({ type: "finished", packed: packFinished(rows) });
    this.#left -= rows.length;
    if (this.#left <= 0) this.#done();
  }

  #done(): void {
    if (this.#stage !== null && this.obedient) this.#say({ type: "stage-done", index: this.#stage.index });
  }
}
