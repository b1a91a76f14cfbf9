import type { Subprocess } from "bun";
import { UserError } from "../config/user-error.ts";
import type { FromEngine, ToEngine } from "../engine/protocol.ts";
import { ENGINE_COMMAND, ENTRY } from "./engine-command.ts";
import { engineEnvironment } from "./engine-environment.ts";
import type { EngineLink } from "./engine-link.ts";

const HANDSHAKE_MS = 20_000;
const PARTING_MS = 2000;
const PINGS = 5;

/** This program again: compiled it is the executable itself, else Bun with the entry file. */
function engineCommand(): string[] {
  const compiled = import.meta.path.startsWith("/$bunfs/") || import.meta.path.includes("~BUN");
  return compiled ? [process.execPath, ENGINE_COMMAND] : [process.execPath, ENTRY, ENGINE_COMMAND];
}

/** One engine process, seen from main. */
export class EngineProcess implements EngineLink {
  onMessage: (message: FromEngine) => void = () => {};
  /** It ended without having been told to. */
  onLost: (reason: string) => void = () => {};
  timeOriginMs = 0;
  /** Its clock minus ours, in milliseconds. */
  clockOffsetMs = 0;
  #leaving = false;
  #fatal: string | null = null;
  #ready: () => void = () => {};
  #pong: (message: Extract<FromEngine, { type: "pong" }>) => void = () => {};
  readonly #process: Subprocess;
  readonly #isReady = new Promise<void>((resolve) => {
    this.#ready = resolve;
  });
  /** Rejects when the process has ended. */
  readonly #gone: Promise<never>;

  /** @param slots requests at once; null: any number */
  constructor(
    readonly index: number,
    slots: number | null,
  ) {
    this.#process = Bun.spawn(engineCommand(), {
      env: engineEnvironment(process.env, slots),
      // Whatever a plugin writes there: stdout is for the results, which main alone writes.
      stdio: ["ignore", 2, "inherit"],
      serialization: "advanced",
      ipc: (message: FromEngine) => this.#receive(message),
      onExit: (process, code) => this.#exited(code, process.signalCode),
    });
    this.#gone = this.#process.exited.then((code) => {
      throw new UserError(`engine ${this.index} ended (${this.#fatal ?? `exit code ${code}`})`, 1);
    });
    // It is looked at only by who waits for an answer.
    this.#gone.catch(() => {});
  }

  get pid(): number {
    return this.#process.pid;
  }

  send(message: ToEngine): void {
    if (this.#process.exitCode === null && !this.#leaving) this.#process.send(message);
  }

  /** Waits for the process. @throws UserError where it does not come up */
  async handshake(): Promise<void> {
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), HANDSHAKE_MS);
    const code = await Promise.race([this.#isReady, this.#process.exited]);
    clearTimeout(timer);
    if (code === undefined) return;
    throw new UserError(`engine ${this.index} did not start (${this.#fatal ?? `exit code ${code}`})`, 1);
  }

  /**
   * Finds its clock's offset: the ping with the shortest way there and back tells best.
   * @throws UserError where the process ends instead of answering
   */
  async findClockOffset(): Promise<void> {
    let shortest = Number.POSITIVE_INFINITY;
    for (let k = 0; k < PINGS; k++) {
      const answer = new Promise<Extract<FromEngine, { type: "pong" }>>((resolve) => {
        this.#pong = resolve;
        this.send({ type: "ping", sentMs: unixMs() });
      });
      const pong = await Promise.race([answer, this.#gone]);
      const back = unixMs();
      if (back - pong.sentMs >= shortest) continue;
      shortest = back - pong.sentMs;
      this.clockOffsetMs = pong.engineMs - (pong.sentMs + back) / 2;
    }
  }

  /** Ends it and waits until it is gone. */
  async end(): Promise<void> {
    this.send({ type: "exit" });
    this.#leaving = true;
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), PARTING_MS);
    await this.#process.exited;
    clearTimeout(timer);
  }

  #receive(message: FromEngine): void {
    if (message.type === "ready") {
      this.timeOriginMs = message.timeOriginMs;
      this.#ready();
    } else if (message.type === "pong") {
      this.#pong(message);
    } else {
      if (message.type === "fatal") this.#fatal = message.message;
      this.onMessage(message);
    }
  }

  #exited(code: number | null, signal: number | string | null): void {
    if (this.#leaving) return;
    this.#leaving = true;
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    this.onLost(this.#fatal === null ? how : `${how}: ${this.#fatal}`);
  }
}

function unixMs(): number {
  return performance.timeOrigin + performance.now();
}
