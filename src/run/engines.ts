import type { RunConfig, Secrets } from "../config/run-config.ts";
import type { FromEngine, ProbeResult, ToEngine } from "../engine/protocol.ts";
import { passOn } from "../registry/plugin-voice.ts";
import type { EngineLink } from "./engine-link.ts";
import type { Probe } from "./preflight.ts";

/** All engines of a run. */
export class Engines {
  onMessage: (engine: number, message: FromEngine) => void = () => {};
  onLost: (engine: number, reason: string) => void = () => {};
  /** Engines that have ended without having been told to, and how. */
  readonly lost = new Map<number, string>();
  readonly #probes = new Map<number, (result: ProbeResult) => void>();
  #tokens = 0;

  private constructor(readonly all: EngineLink[]) {
    for (const engine of all) {
      engine.onMessage = (message) => this.#receive(engine.index, message);
      engine.onLost = (reason) => {
        this.lost.set(engine.index, reason);
        for (const resolve of this.#probes.values()) resolve(unprobed(reason));
        this.onLost(engine.index, reason);
      };
    }
  }

  /** Waits for all of them. @throws UserError where one does not come up; then all are ended */
  static async start(all: EngineLink[]): Promise<Engines> {
    try {
      await Promise.all(all.map((engine) => engine.handshake()));
    } catch (error) {
      await Promise.all(all.map((engine) => engine.end()));
      throw error;
    }
    return new Engines(all);
  }

  /** Gives every engine its configuration; again, where it has changed. @throws UserError where one ends at that */
  async configure(runId: string, config: RunConfig, secrets: Secrets): Promise<void> {
    for (const engine of this.all) engine.send({ type: "start", engine: engine.index, runId, config, secrets });
    await Promise.all(this.all.map((engine) => engine.findClockOffset()));
  }

  /** By the first engine, over the transport of the load itself. */
  readonly probe: Probe = async (ask) => {
    const [reason] = this.lost.values();
    if (reason !== undefined) return unprobed(reason);
    const token = this.#tokens++;
    return new Promise((resolve) => {
      this.#probes.set(token, resolve);
      this.all[0]!.send({ type: "probe", token, ask });
    });
  };

  send(engine: number, message: ToEngine): void {
    this.all[engine]!.send(message);
  }

  broadcast(message: ToEngine): void {
    for (const engine of this.all) engine.send(message);
  }

  async end(): Promise<void> {
    await Promise.all(this.all.map((engine) => engine.end()));
  }

  #receive(engine: number, message: FromEngine): void {
    if (message.type === "probed") {
      this.#probes.get(message.token)?.(message.result);
      this.#probes.delete(message.token);
    } else if (message.type === "log") {
      passOn(message.level, message.line);
    } else {
      this.onMessage(engine, message);
    }
  }
}

function unprobed(reason: string): ProbeResult {
  return { ok: false, status: null, kind: "engine_lost", message: reason, body: "" };
}
