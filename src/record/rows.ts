/** The small tables of a run's file: one row a level, an engine, a second. Times are Unix seconds. */

export interface LevelRow {
  level: number;
  repeat: number;
  parallel: number | null;
  /** Requests a second asked for; null in closed loop. */
  rate: number | null;
  number: number | null;
  durationS: number | null;
  /** Seconds until the load is what it stays; null: it begins so. */
  rampS: number | null;
  startTime: number;
  /** null while it runs, or when the run was killed. */
  endTime: number | null;
  /** Why it ended before its own end; null, and absent before it has ended: it did not. */
  endReason?: string | null;
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
  /** How long it is, in seconds: one, and less where a stage begins or ends. */
  spanS: number;
  /** Share of one core, 0 to 1 and above where helper threads work. */
  cpu: number;
  /** The same of the thread alone that takes the times; null where the system does not say. */
  threadCpu: number | null;
  /** Share of the time in which that thread had work and no core; null where the system does not say. */
  coreWait: number | null;
  /** Longest the event loop was late in this second, in milliseconds. */
  loopLagMs: number;
  /** A JSON array: how late it was each time that it was late by 2 ms or more, in milliseconds; null in older files. */
  stalls: string | null;
  rssMb: number;
  inFlight: number;
  /** Sockets open; null where the system does not say. */
  connections: number | null;
  /**
   * Connections opened since the process began; null where the transport does not say. In main's samples: by anyone in
   * this network namespace since the run began, which is what Linux can say of a transport that does not.
   */
  opened: number | null;
  /** Share of the machine's time that its host gave to others, and processes that want a core; of main's samples only. */
  steal: number | null;
  load: number | null;
  sent: number;
  done: number;
}

/** One series of a metrics page at one moment. */
export interface ServerSampleRow {
  /** Unix seconds. */
  time: number;
  /** As the page has it: `vllm:num_requests_running`. */
  name: string;
  /** A JSON object. */
  labels: string;
  value: number;
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
  /** plumb's own error at the same load, an array of the contract's Calibration as JSON; null: not asked for. */
  calibration: string | null;
}
