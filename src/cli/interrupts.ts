import type { Interruption } from "../run/run.ts";

/** Ctrl-C: the first lets what is in flight finish, the second does not. SIGTERM counts as one too. */
export function listenForInterrupts(): Interruption & { close: () => void } {
  const stop = new AbortController();
  const abort = new AbortController();
  const onSignal = () => (stop.signal.aborted ? abort.abort() : stop.abort());
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    stop: stop.signal,
    abort: abort.signal,
    close: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
      if (stop.signal.aborted) passOver("SIGINT");
    },
  };
}

/** A second Ctrl-C, pressed as the last reply ended, was meant for the run: it must not cost the report. */
function passOver(signal: NodeJS.Signals): void {
  process.once(signal, () => {});
}
