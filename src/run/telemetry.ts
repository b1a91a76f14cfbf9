import type { RunConfig } from "../config/run-config.ts";
import type { LiveMetrics } from "../export/live-metrics.ts";
import type { RunWriter } from "../record/writer.ts";
import type { RunObserver } from "./observer.ts";
import { ServerMetrics } from "./server-metrics.ts";

interface Watched {
  config: RunConfig;
  writer: RunWriter;
  observer: RunObserver;
}

/** What is read of the service, and told of the run, while it goes on. */
export interface Telemetry {
  /** Hears what the given one hears, which it passes on. */
  observer: RunObserver;
  /** Once more of everything; a second call does nothing. */
  close(): Promise<void>;
}

/** @throws UserError where plumb's own metrics cannot be served */
export async function startTelemetry({ config, writer, observer }: Watched): Promise<Telemetry> {
  const { telemetry, connection } = config;
  const notice = (line: string) => observer.notice(line);
  // Nearly no run has any of it.
  if (telemetry === undefined) return { observer, close: async () => {} };
  const exporters = await exportersOf(config, notice);
  const server = new ServerMetrics({ telemetry, connection, notice, record: (rows) => writer.serverSamples(rows) });
  return {
    observer: hearing(observer, () => server.read(), exporters?.metrics ?? null),
    async close() {
      await Promise.all([server.close(), exporters?.close()]);
    },
  };
}

/** Everything that the observer is told, told to the exporters too. */
function hearing(observer: RunObserver, stageBegins: () => void, metrics: LiveMetrics | null): RunObserver {
  return {
    planned: (stages) => observer.planned(stages),
    stage(stage) {
      // The server's counters are compared from here on.
      stageBegins();
      metrics?.stage(stage);
      observer.stage(stage);
    },
    finished(requests) {
      metrics?.finished(requests);
      observer.finished(requests);
    },
    inFlight(count) {
      metrics?.inFlight(count);
      observer.inFlight(count);
    },
    sample: (sample) => observer.sample?.(sample),
    stopping: () => observer.stopping(),
    notice: (line) => observer.notice(line),
    debug: (line) => observer.debug(line),
  };
}

/** Loaded only where wanted. null: they are not. */
async function exportersOf(config: RunConfig, notice: (line: string) => void) {
  if (config.telemetry?.metricsPort == null && config.telemetry?.otlp == null) return null;
  const { startExporters } = await import("../export/exporters.ts");
  return startExporters(config, notice);
}
