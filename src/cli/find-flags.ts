import { asChoice, asNumber, asWhole, single } from "./flag-kinds.ts";
import { asShare } from "./load-flags.ts";

/** What `plumb find` has beside the flags of `plumb run`. */
export const FIND_FLAGS = {
  by: single(asChoice(["rate", "parallel"]), {
    help: "What is searched: requests a second or at once (default: rate where --rate is given)",
    hint: "rate|parallel",
  }),
  from: single(asNumber({ min: 0.001, max: 65_536 }), {
    help: "Lowest load, and the first (default: 1, beginning at --rate or --parallel)",
    hint: "N",
  }),
  to: single(asNumber({ min: 0.001, max: 65_536 }), { help: "Highest load", hint: "N", default: 65_536 }),
  numRuns: single(asWhole({ min: 1, max: 100 }), {
    help: "Runs that may vote on a load near the boundary: more than half decide",
    hint: "N",
    default: 3,
  }),
  precision: single(asShare, { help: "How close to find it, as a share of it", hint: "R", default: 0.05 }),
};
