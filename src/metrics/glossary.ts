import { METRICS } from "./definitions.ts";
import { ERROR_KINDS } from "./error-kinds.ts";
import { shown } from "./verdict.ts";
import { EVIDENCE, type EvidenceLimits, THIN_EVIDENCE_S, THREADS, UNSEEN_STALL_MS } from "./verdict-limits.ts";

/** Everything that plumb has a word for, and what it means. */
export interface Entry {
  name: string;
  kind: "verdict" | "evidence" | "figure" | "error";
  /** Other names, here or in other tools. */
  aliases: string[];
  /** In one line. */
  brief: string;
  /** What else there is to say, by heading. */
  details: [heading: string, text: string][];
}

/** The order is that of the list: what a run says first stands first. */
export function glossary(): Entry[] {
  return [verdict(), ...Object.values<EvidenceLimits>(EVIDENCE).map(evidence), ...figures(), ...errors()];
}

function verdict(): Entry {
  const limits = Object.values<EvidenceLimits>(EVIDENCE);
  return {
    name: "verdict",
    kind: "verdict",
    aliases: ["client", "valid", "suspect", "client-limited"],
    brief: "whether the figures tell of the service (valid), or perhaps or surely of plumb's own machine",
    details: [
      [
        "how",
        "Each piece of evidence is held against two limits, at the level and in the engine where it is worst. Above the " +
          "first the run is suspect, above the second client-limited; the worst one is the verdict. `plumb explain NAME` " +
          "tells more of each. With --strict a client-limited run ends with exit code 1.",
      ],
      ...limits.map((one): [string, string] => [one.name, limitText(one)]),
      [
        "the error",
        `TTFT p99 may be too high by ${THREADS.fetch} times (fetch: a reply passes two threads; socket: ` +
          `${THREADS.socket} time) the lateness of the event loop at p99.5, and ${UNSEEN_STALL_MS} ms, which a stall may ` +
          "last unseen: what plumb says at p99 is then at most the service's own p99.5 and this. `plumb calibrate` " +
          "measures it instead.",
      ],
      ["thin", `With less than ${THIN_EVIDENCE_S} s of samples in a level the run says so: they prove little.`],
    ],
  };
}

function evidence(one: EvidenceLimits): Entry {
  return {
    name: one.name,
    kind: "evidence",
    aliases: [],
    brief: one.means,
    details: [
      ["limits", limitText(one)],
      ["because", one.because],
    ],
  };
}

/** "suspect above 5.0 ms, client-limited above 25.0 ms" */
function limitText({ suspect, limited, unit }: EvidenceLimits): string {
  const parts = [];
  if (suspect !== null) parts.push(`suspect above ${shown(suspect, unit)}`);
  if (limited !== null) parts.push(`client-limited above ${shown(limited, unit)}`);
  return parts.join(", ");
}

function figures(): Entry[] {
  return METRICS.map(({ key, name, unit, formula, source, aliases }) => ({
    name: key,
    kind: "figure",
    aliases: [name, ...aliases],
    brief: name,
    details: [
      ["unit", unit],
      ["formula", formula],
      ["from", source],
      ...(aliases.length === 0 ? [] : [["also called", aliases.join(", ")] as [string, string]]),
    ],
  }));
}

function errors(): Entry[] {
  return Object.entries(ERROR_KINDS).map(([name, { means, look }]) => ({
    name,
    kind: "error",
    aliases: [],
    brief: means,
    details: [["look at", look]],
  }));
}
