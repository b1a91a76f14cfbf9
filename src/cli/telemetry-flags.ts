import type { Flag } from "./flag.ts";
import { asText, asWhole, single } from "./flag-kinds.ts";

/** Metrics that come from the service, and those that plumb gives while a run goes on. */
export const TELEMETRY_FLAGS = {
  serverMetrics: orOwn(
    single(asText, {
      help: "Read the service's own metrics each second; a path is one of the service, without URL /metrics",
      hint: "URL|PATH",
    }),
  ),
  gpuMetrics: single(asText, { help: "Read a DCGM exporter's metrics each second: power, use, memory", hint: "URL" }),
  metricsPort: single(asWhole({ min: 0, max: 65_535 }), {
    help: "Serve plumb's own metrics to Prometheus on this port while the run goes on",
    hint: "PORT",
  }),
  otlp: single(asText, {
    help: "Send plumb's own metrics to an OpenTelemetry collector (OTLP over HTTP)",
    hint: "URL",
  }),
};

function orOwn(flag: Flag<string | undefined>): Flag<string | undefined> {
  return { ...flag, read: (values) => (values.length === 0 ? "/metrics" : flag.read(values)) };
}
