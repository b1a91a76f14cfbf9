import type { Metric } from "./live-metrics.ts";

/** AGGREGATION_TEMPORALITY_CUMULATIVE: everything since the run began. */
const CUMULATIVE = 2;

export interface Moment {
  /** Unix milliseconds of the run's beginning, and of this reading. */
  startMs: number;
  nowMs: number;
}

/**
 * An ExportMetricsServiceRequest of opentelemetry-proto 1.x as its JSON: 64-bit integers are texts there. Names lose
 * what Prometheus adds to them, and get dots, as OpenTelemetry has it: `plumb.requests`.
 */
export function otlpMessage(metrics: Metric[], moment: Moment, resource: Record<string, string>): object {
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributes(resource) },
        scopeMetrics: [{ scope: { name: "plumb" }, metrics: metrics.map((metric) => otlpMetric(metric, moment)) }],
      },
    ],
  };
}

function otlpMetric(metric: Metric, moment: Moment): object {
  const name = metric.name.replace(/^plumb_/, "plumb.").replace(/_(?:total|seconds)$/, "");
  const head = { name, description: metric.help, unit: metric.unit };
  const times = { startTimeUnixNano: nanoseconds(moment.startMs), timeUnixNano: nanoseconds(moment.nowMs) };
  if (metric.kind === "histogram") {
    const { bounds, counts, sum, count } = metric.histogram;
    const point = { ...times, count: String(count), sum, bucketCounts: counts.map(String), explicitBounds: bounds };
    return { ...head, histogram: { aggregationTemporality: CUMULATIVE, dataPoints: [point] } };
  }
  const dataPoints = metric.points.map(({ labels, value }) => ({
    ...times,
    attributes: attributes(labels),
    asInt: String(value),
  }));
  if (metric.kind === "gauge") return { ...head, gauge: { dataPoints } };
  return { ...head, sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } };
}

function attributes(of: Record<string, string>): object[] {
  return Object.entries(of).map(([key, value]) => ({ key, value: { stringValue: value } }));
}

function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms)) * 1_000_000n);
}
