import { type HrTime, ValueType } from "@opentelemetry/api";
import { emptyResource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from "@opentelemetry/sdk-metrics";
import type { LiveMetrics, Metric } from "./live-metrics.ts";

/** The stretch of time that a reading tells of. */
interface Span {
  startTime: HrTime;
  endTime: HrTime;
}

/**
 * A run's counts as the SDK reads them, which takes its instruments' place: they are counted once, whoever collects
 * them. Everything is cumulative from the run's beginning.
 */
export class OtlpProducer implements MetricProducer {
  readonly #startTime = now();

  constructor(readonly metrics: LiveMetrics) {}

  async collect(): Promise<CollectionResult> {
    const span = { startTime: this.#startTime, endTime: now() };
    const metrics = this.metrics.read().map((metric) => metricData(metric, span));
    // The reader puts its own resource in place of this one.
    const resourceMetrics = { resource: emptyResource(), scopeMetrics: [{ scope: { name: "plumb" }, metrics }] };
    return { resourceMetrics, errors: [] };
  }
}

/** Names lose what Prometheus adds to them, and get dots, as OpenTelemetry has it: `plumb.requests`. */
function metricData(metric: Metric, span: Span): MetricData {
  const name = metric.name.replace(/^plumb_/, "plumb.").replace(/_(?:total|seconds)$/, "");
  const descriptor = { name, description: metric.help, unit: metric.unit };
  const aggregationTemporality = AggregationTemporality.CUMULATIVE;
  if (metric.kind === "histogram") {
    const { bounds, counts, sum, count } = metric.histogram;
    const value = { buckets: { boundaries: [...bounds], counts: [...counts] }, sum, count };
    return {
      descriptor: { ...descriptor, valueType: ValueType.DOUBLE },
      aggregationTemporality,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [{ ...span, attributes: {}, value }],
    };
  }
  const head = { descriptor: { ...descriptor, valueType: ValueType.INT }, aggregationTemporality };
  const dataPoints = metric.points.map(({ labels, value }) => ({ ...span, attributes: labels, value }));
  if (metric.kind === "gauge") return { ...head, dataPointType: DataPointType.GAUGE, dataPoints };
  return { ...head, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
}

/** Seconds and nanoseconds of the Unix time. */
function now(): HrTime {
  const ms = Date.now();
  return [Math.floor(ms / 1000), (ms % 1000) * 1_000_000];
}
