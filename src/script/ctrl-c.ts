import { listenForInterrupts } from "../cli/interrupts.ts";
import type { Interruption } from "../run/run.ts";

let interrupts: ReturnType<typeof listenForInterrupts> | null = null;
let runs = 0;
let heard = false;

/** Whether a run of this process was ended by Ctrl-C or SIGTERM. */
export function wasInterrupted(): boolean {
  return heard || interrupts?.stop.aborted === true;
}

/**
 * Ctrl-C while runs go on means what it means to `plumb run`; between runs it ends the script as it would any program.
 * A script that listens for it itself decides by itself.
 */
export function hearCtrlC(): Interruption & Disposable {
  if (interrupts === null && process.listenerCount("SIGINT") === 0) interrupts = listenForInterrupts();
  if (interrupts === null) {
    const never = new AbortController().signal;
    return { stop: never, abort: never, [Symbol.dispose]() {} };
  }
  runs++;
  const { stop, abort } = interrupts;
  return { stop, abort, [Symbol.dispose]: endRun };
}

function endRun(): void {
  runs--;
  if (runs > 0) return;
  heard = wasInterrupted();
  interrupts?.close();
  interrupts = null;
}
