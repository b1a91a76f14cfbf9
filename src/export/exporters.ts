import type { RunConfig } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import { LiveMetrics } from "./live-metrics.ts";
import type { OtlpSender } from "./otlp.ts";
import { prometheusPage } from "./prometheus-page.ts";

export interface Exporters {
  metrics: LiveMetrics;
  close(): Promise<void>;
}

/** Serves a run's metrics to Prometheus, and sends them to a collector, as it is asked for. @throws UserError */
export async function startExporters(config: RunConfig, notice: (line: string) => void): Promise<Exporters> {
  const { metricsPort = null, otlp = null } = config.telemetry ?? {};
  const metrics = new LiveMetrics({ name: config.name, model: config.params.model, api: config.api });
  const server = metricsPort === null ? null : servePage(metricsPort, metrics, notice);
  const resource = { "service.name": "plumb", "plumb.run": config.name, "plumb.model": config.params.model };
  const sender = otlp === null ? null : await otlpSender({ url: otlp, metrics, resource, notice });
  return {
    metrics,
    async close() {
      await Promise.all([server?.stop(true), sender?.close()]);
    },
  };
}

/** OpenTelemetry's SDK is nearly a megabyte of code that no other run need load. */
async function otlpSender(collector: ConstructorParameters<typeof OtlpSender>[0]): Promise<OtlpSender> {
  const otlp = await import("./otlp.ts");
  return new otlp.OtlpSender(collector);
}

/** On every interface: whoever collects is often another container. The page holds counts and the model's name. */
function servePage(port: number, metrics: LiveMetrics, notice: (line: string) => void): Bun.Server<undefined> {
  try {
    const server = Bun.serve({
      port,
      hostname: "0.0.0.0",
      fetch: ({ url }) =>
        new URL(url).pathname === "/metrics"
          ? new Response(prometheusPage(metrics.read()), { headers: { "content-type": "text/plain; version=0.0.4" } })
          : new Response("plumb's metrics are at /metrics\n", { status: 404 }),
    });
    notice(`metrics: http://localhost:${server.port}/metrics`);
    return server;
  } catch (error) {
    throw new UserError(`--metrics-port ${port}: ${(error as Error).message}`, 2, { cause: error });
  }
}
