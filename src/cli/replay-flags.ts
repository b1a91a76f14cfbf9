import { readDuration } from "../config/duration.ts";
import { UserError } from "../config/user-error.ts";
import { asDuration, asNumber, asText, single } from "./flag-kinds.ts";

/** Flags of a trace that is sent again. */
export const REPLAY_FLAGS = {
  replay: single(asText, {
    help: "Send a trace again, each request at its own time: Mooncake's, Azure's, BurstGPT's, a workload trace, or an earlier run's folder or database",
    hint: "FILE",
  }),
  speed: single(asNumber({ min: 1e-6, max: 1e6 }), { help: "So many times as fast as it was", hint: "X" }),
  replayWindow: single(asWindow, {
    help: "Part of the trace to send, counted from its start: 0s-600s, or 10m- for the rest of it",
    hint: "FROM-TO",
  }),
  maxIdle: single(asDuration(), {
    help: "Longest wait for the trace's next request, or for a conversation's next turn",
    hint: "TIME",
  }),
};

function asWindow(text: string): [from: number, to?: number] {
  const [, from = "", to = ""] = /^([^-]+)-([^-]*)$/.exec(text) ?? [];
  if (from === "") throw new UserError(`"${text}" is no window: write 0s-600s, or 10m- for the rest`, 2);
  const fromS = readDuration(from);
  if (to === "") return [fromS];
  const toS = readDuration(to);
  if (toS <= fromS) throw new UserError(`"${text}" ends before it begins`, 2);
  return [fromS, toS];
}
