import type { ApiPlugin } from "../contract/api.ts";
import { Engine } from "../engine/engine.ts";
import type { FromEngine, ToEngine } from "../engine/protocol.ts";
import type { EngineLink } from "./engine-link.ts";

/**
 * An engine inside this process, for an API plugin that is an object of a script and so cannot go to another one. Takes
 * the same orders in the same way: copied, in order, in a later turn of the event loop.
 *
 * This process must have been started with the limit of fetch raised; and what else it does delays stamps, which shows
 * in the run's loop lag.
 */
export class LocalEngine implements EngineLink {
  readonly index = 0;
  readonly pid = process.pid;
  readonly timeOriginMs = performance.timeOrigin;
  readonly clockOffsetMs = 0;
  onMessage: (message: FromEngine) => void = () => {};
  /** Never called: it ends with this process. */
  onLost: (reason: string) => void = () => {};
  #engine: Engine | null = null;
  #ended = false;

  constructor(readonly api: ApiPlugin) {}

  async handshake(): Promise<void> {}

  /** The clock is ours. */
  async findClockOffset(): Promise<void> {}

  send(message: ToEngine): void {
    // A copy, as a process would get: a plugin that changes what it is given changes nothing of ours.
    const copy = structuredClone(message);
    setImmediate(() => this.#receive(copy));
  }

  async end(): Promise<void> {
    // A process would take its requests with it.
    this.#engine?.receive({ type: "abort" });
    this.#engine?.receive({ type: "exit" });
    this.#ended = true;
  }

  #receive(message: ToEngine): void {
    if (this.#ended) return;
    if (message.type === "start") {
      this.#engine?.close();
      this.#engine = new Engine(message, this.api, (report) => this.#post(report));
    } else {
      this.#engine?.receive(message);
    }
  }

  #post(message: FromEngine): void {
    setImmediate(() => {
      if (!this.#ended) this.onMessage(message);
    });
  }
}
