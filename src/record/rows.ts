/** The small tables of a run's file: one row a level, an engine, a second. Times are Unix seconds. */

export interface LevelRow {
  level: number;
  repeat: number;
  parallel: number | null;
  /** Requests a second asked for; null in closed loop. */
  rate: number | null;
  number: number | null;
  durationS: number | null;
  startTime: number;
  /** null while it runs, or when the run was killed. */
  endTime: number | null;
}

export interface EngineRow {
  engine: number;
  pid: number;
  /** `performance.timeOrigin` of that process, Unix milliseconds. */
  timeOriginMs: number;
  /** That engine's clock minus the main process's, found at the handshake, in milliseconds. */
  clockOffsetMs: number;
}

/** What one process was doing during the second before `time`. Engine -1 is the main process. */
export interface SampleRow {
  time: number;
  engine: number;
  /** Share of one core, 0 to 1 and above where helper threads work. */
  cpu: number;
  /** Longest the event loop was late in this second, in milliseconds. */
  loopLagMs: number;
  rssMb: number;
  inFlight: number;
  /** Sockets open; null where the system does not say. */
  connections: number | null;
  /** Connections opened since the process began; null where the transport does not say. */
  opened: number | null;
  /** Share of the machine's time that its host gave to others, and processes that want a core; of main's samples only. */
  steal: number | null;
  load: number | null;
  sent: number;
  done: number;
}

/** How a run ended; "running" is what a killed run's file says. */
export type RunEnd = "running" | "done" | "interrupted" | "failed";

export interface RunRow {
  startTime: number;
  endTime: number | null;
  end: RunEnd;
  /** Why, where it did not end by itself. */
  endReason: string | null;
  /** RunConfig as JSON, secrets never in it. */
  config: string;
  versions: { plumb: string; bun: string };
  machine: { os: string; cpu: string; cores: number; memoryMb: number; hostname: string };
  seed: number;
  /** Requests that the API plugin answered with null. */
  skipped: number;
}
