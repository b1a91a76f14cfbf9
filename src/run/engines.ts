import type { RunConfig, Secrets } from "../config/run-config.ts";
import type { FromEngine, ProbeResult, ToEngine } from "../engine/protocol.ts";
import { EngineProcess } from "./engine-process.ts";
import type { Probe } from "./preflight.ts";

/** All engines of a run. */
export class Engines {
  onMessage: (engine: number, message: FromEngine) => void = () => {};
  onLost: (engine: number, reason: string) => void = () => {};
  readonly #probes = new Map<number, (result: ProbeResult) => void>();
  #tokens = 0;

  private constructor(readonly all: EngineProcess[]) {
    for (const engine of all) {
      engine.onMessage = (message) => this.#receive(engine.index, message);
      engine.onLost = (reason) => {
        const result: ProbeResult = { ok: false, status: null, kind: "engine_lost", message: reason, body: "" };
        for (const resolve of this.#probes.values()) resolve(result);
        this.onLost(engine.index, reason);
      };
    }
  }

  static async start(count: number): Promise<Engines> {
    const all = Array.from({ length: count }, (_, index) => new EngineProcess(index));
    try {
      await Promise.all(all.map((engine) => engine.handshake()));
    } catch (error) {
      await Promise.all(all.map((engine) => engine.end()));
      throw error;
    }
    return new Engines(all);
  }

  /** Gives every engine its configuration; again, where it has changed. */
  async configure(runId: string, config: RunConfig, secrets: Secrets): Promise<void> {
    for (const engine of this.all) engine.send({ type: "start", engine: engine.index, runId, config, secrets });
    await Promise.all(this.all.map((engine) => engine.findClockOffset()));
  }

  /** By the first engine, over the transport of the load itself. */
  readonly probe: Probe = (ask) => {
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
    } else {
      this.onMessage(engine, message);
    }
  }
}
