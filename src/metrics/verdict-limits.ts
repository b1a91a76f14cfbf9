/** The pieces of evidence for the verdict, and from where on each counts. `plumb explain` and the verdict read this. */

export interface EvidenceLimits {
  name: string;
  unit: "ms" | "of a core" | "share" | "a core";
  /** Above this the run is suspect; null: it never is by this alone. */
  suspect: number | null;
  /** Above this it is client-limited; null: it never is by this alone. */
  limited: number | null;
  /** What is measured, and how. */
  means: string;
  /** Where the limits come from, or what moves them. */
  because: string;
}

/**
 * A closed-loop slot that is late by this part of a request's latency sends that much less: the limits of client lag are
 * never below it.
 */
export const LAG_OF_LATENCY = { suspect: 0.05, limited: 0.25 } as const;

/**
 * How late a stamp may be beyond what the loop shows: a stall is seen at the next look only, which may be 5 ms later.
 */
export const UNSEEN_STALL_MS = 5;

/** Threads that a reply passes one after the other, each of which may have to wait for a core. */
export const THREADS = { fetch: 2, socket: 1 } as const;

/** Below this lateness of the loop (p99, ms) events that were read together came together. */
export const LATE_LOOP_MS = 5;

/** Idle connections that fetch keeps, an engine: beyond, it opens anew what it closed. */
export const FETCH_KEEPS = 64;

/** Seconds of samples below which the evidence is called thin. */
export const THIN_EVIDENCE_S = 2;

export const EVIDENCE = {
  loop_lag: {
    name: "loop_lag",
    unit: "ms",
    suspect: 5,
    limited: 25,
    means:
      "how late an event would be stamped at p99, had events come evenly over time: an engine's event loop is looked " +
      "at every 5 ms, and what comes while it is held waits for the rest of that stall",
    because:
      `TTFT p99 may then be ${2 * 5} or ${2 * 25} ms too high: a reply passes the loop and, with fetch, a second thread ` +
      "that waits for a core alike",
  },
  core_wait: {
    name: "core_wait",
    unit: "share",
    suspect: 0.1,
    limited: 0.4,
    means: "share of the time in which an engine's thread had work and no core, as Linux counts it (schedstat)",
    because: "while it waits nothing is stamped: other programs, or plumb's own processes, want the same core",
  },
  engine_cpu: {
    name: "engine_cpu",
    unit: "of a core",
    suspect: 0.8,
    limited: 0.95,
    means: "mean CPU of the engine's thread that takes the times (of the whole process where the system does not say)",
    because: "a thread has one core: near it replies queue up unread",
  },
  main_cpu: {
    name: "main_cpu",
    unit: "of a core",
    suspect: 0.95,
    limited: null,
    means: "the same of the main process, which prepares inputs and records",
    because: "it takes no times, but inputs may come late; that alone shows as client lag",
  },
  client_lag: {
    name: "client_lag",
    unit: "ms",
    suspect: 10,
    limited: 50,
    means:
      "sent - max(scheduled, released) at p99, in the steady window where there is one: the service's own slowness is " +
      "no part of it",
    because:
      "in open loop latency counts from scheduled; in closed loop a late slot only sends less, so the limits are at " +
      `least ${LAG_OF_LATENCY.suspect * 100}% and ${LAG_OF_LATENCY.limited * 100}% of the median latency`,
  },
  coalesced: {
    name: "coalesced",
    unit: "share",
    suspect: 0.1,
    limited: null,
    means: "share of events that were read together with the one before",
    because: `servers pack events too: it counts only where the loop was more than ${LATE_LOOP_MS} ms late at p99`,
  },
  connections: {
    name: "connections",
    unit: "share",
    suspect: 0.1,
    limited: null,
    means:
      "connections opened beyond those that the load needs, to requests sent. fetch does not say: then it is Linux's " +
      "ActiveOpens, which counts all programs of the network namespace",
    because: `it counts only where fetch has more than ${FETCH_KEEPS} slots an engine: elsewhere the service closed them`,
  },
  steal: {
    name: "steal",
    unit: "share",
    suspect: 0.05,
    limited: 0.2,
    means: "share of the machine's time that its host gave to others, from /proc/stat",
    because: "no program can see when it is gone: any time may be too long by it",
  },
  load: {
    name: "load",
    unit: "a core",
    suspect: 2.5,
    limited: null,
    means: "processes and threads that wanted to run, a core of the machine, from /proc/stat once a second",
    because: "a few looks only: whether the engines suffered shows as core_wait",
  },
} as const satisfies Record<string, EvidenceLimits>;

export type EvidenceName = keyof typeof EVIDENCE;
