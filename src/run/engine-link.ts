import type { FromEngine, ToEngine } from "../engine/protocol.ts";

/** One engine as the run sees it, wherever it is. */
export interface EngineLink {
  readonly index: number;
  readonly pid: number;
  /** Unix milliseconds at which its clock stood at 0. */
  readonly timeOriginMs: number;
  /** Its clock minus ours, in milliseconds. */
  readonly clockOffsetMs: number;
  onMessage: (message: FromEngine) => void;
  /** It ended without having been told to. */
  onLost: (reason: string) => void;
  /** Waits until it takes orders. @throws UserError where it does not come up */
  handshake(): Promise<void>;
  /** @throws UserError where it ends instead of answering */
  findClockOffset(): Promise<void>;
  send(message: ToEngine): void;
  /** Ends it and waits until it is gone. */
  end(): Promise<void>;
}
