import type { Metric } from "./live-metrics.ts";

/** Metrics in Prometheus' text format 0.0.4. */
export function prometheusPage(metrics: Metric[]): string {
  return metrics
    .map((metric) => `# HELP ${metric.name} ${metric.help}\n# TYPE ${metric.name} ${metric.kind}\n${lines(metric)}`)
    .join("");
}

function lines(metric: Metric): string {
  if (metric.kind !== "histogram") {
    return metric.points.map(({ labels, value }) => `${metric.name}${labelSet(labels)} ${value}\n`).join("");
  }
  const { name, histogram } = metric;
  let upTo = 0;
  const buckets = histogram.counts.map((count, i) => {
    upTo += count;
    return `${name}_bucket{le="${histogram.bounds[i] ?? "+Inf"}"} ${upTo}\n`;
  });
  return `${buckets.join("")}${name}_sum ${histogram.sum}\n${name}_count ${histogram.count}\n`;
}

function labelSet(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapedValue(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapedValue(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
