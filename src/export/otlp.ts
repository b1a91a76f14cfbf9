import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from "@opentelemetry/sdk-metrics";
import type { LiveMetrics } from "./live-metrics.ts";
import { OtlpProducer } from "./otlp-producer.ts";

const EVERY_MS = 5000;
/** Of one export with its repeats. The reader's own patience is longer: it gives up without saying why. */
const PATIENCE_MS = 3000;
const READER_PATIENCE_MS = 4000;

interface Collector {
  url: string;
  metrics: LiveMetrics;
  /** Of the run, as OpenTelemetry names a process that reports. */
  resource: Record<string, string>;
  /** Hears once where the collector does not take them. */
  notice(line: string): void;
}

/**
 * Sends a run's metrics to an OpenTelemetry collector every 5 s and at the end: OTLP over HTTP, in JSON, by
 * OpenTelemetry's SDK, which takes headers (a collector's key) from OTEL_EXPORTER_OTLP_HEADERS.
 */
export class OtlpSender {
  readonly #provider: MeterProvider;

  constructor({ url, metrics, resource, notice }: Collector) {
    const exporter = new CollectorExporter(url, (reason) =>
      notice(`cannot send metrics to ${url}: ${reason}; the run goes on, and tries again`),
    );
    const reader = new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis: EVERY_MS,
      exportTimeoutMillis: READER_PATIENCE_MS,
      metricProducers: [new OtlpProducer(metrics)],
    });
    this.#provider = new MeterProvider({
      resource: defaultResource().merge(resourceFromAttributes(resource)),
      readers: [reader],
    });
  }

  /** Sends what there is now. */
  close(): Promise<void> {
    return this.#provider.shutdown();
  }
}

type Export = Parameters<PushMetricExporter["export"]>;

/** The SDK tells only its own log why an export failed; this one tells the user, the first time. */
class CollectorExporter extends OTLPMetricExporter {
  #complaint: ((reason: string) => void) | null;

  constructor(url: string, complaint: (reason: string) => void) {
    super({ url, timeoutMillis: PATIENCE_MS });
    this.#complaint = complaint;
  }

  override export(metrics: Export[0], done: Export[1]): void {
    super.export(metrics, (result) => {
      if (result.error !== undefined) this.#complain(reasonOf(result.error));
      done(result);
    });
  }

  #complain(reason: string): void {
    this.#complaint?.(reason);
    this.#complaint = null;
  }
}

/** An answer's error has its status as code, a connection's the system's name for it. */
function reasonOf(error: Error & { code?: number | string }): string {
  return typeof error.code === "number" ? `HTTP ${error.code}` : error.message || String(error.code);
}
