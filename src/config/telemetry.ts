import type { Mistakes } from "./mistakes.ts";
import { UserError } from "./user-error.ts";

/** What a run reads of the service's metrics, and where it gives its own while it goes on. */
export interface TelemetryConfig {
  /** URL of the server's Prometheus page; null: not read. */
  serverMetrics: string | null;
  /** URL of a DCGM exporter's page. */
  gpuMetrics: string | null;
  /** Port of plumb's own page; null: none. */
  metricsPort: number | null;
  /** URL of an OpenTelemetry collector, OTLP over HTTP; null: none. */
  otlp: string | null;
}

export interface TelemetryOptions {
  /** A path is one of the service itself. */
  serverMetrics?: string;
  gpuMetrics?: string;
  metricsPort?: number;
  otlp?: string;
}

/** @param target the service's URL, where it is known */
export function findTelemetry(
  options: TelemetryOptions,
  target: string | undefined,
  mistakes: Mistakes,
): TelemetryConfig | undefined {
  const { serverMetrics } = options;
  const server = serverMetrics?.startsWith("/") ? ownPage(serverMetrics, target) : serverMetrics;
  const read = (text: string | undefined, tail: string, flag: string) =>
    text === undefined ? null : (mistakes.attempt(() => pageUrl(text, tail), flag) ?? null);
  const found: TelemetryConfig = {
    serverMetrics: read(server, "/metrics", "--server-metrics"),
    gpuMetrics: read(options.gpuMetrics, "/metrics", "--gpu-metrics"),
    metricsPort: options.metricsPort ?? null,
    otlp: read(options.otlp, "/v1/metrics", "--otlp"),
  };
  return Object.values(found).every((value) => value === null) ? undefined : found;
}

function ownPage(path: string, target: string | undefined): string | undefined {
  return target === undefined ? undefined : new URL(target).origin + path;
}

/** The URL, with the usual path where it has none. @throws UserError */
function pageUrl(text: string, tail: string): string {
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UserError("is no http or https URL: write http://host:port/path", 2);
  }
  if (url.username !== "" || url.password !== "") {
    throw new UserError("takes no user and password: the address is stored with the run", 2);
  }
  if (url.pathname === "/") url.pathname = tail;
  return url.href;
}
