import { expect } from "bun:test";

interface ReadMetric {
  kind: "gauge" | "sum" | "histogram";
  unit: string;
  /** Numbers, or a histogram's sums, point by point. */
  values: number[];
  attributes: Record<string, string>[];
}

interface ReadRequest {
  resource: Record<string, string>;
  scope: string;
  metrics: Map<string, ReadMetric>;
}

type Json = Record<string, unknown>;

/** Fields of opentelemetry-proto 1.x (metrics.proto, common.proto, resource.proto) in their JSON names. */
const FIELDS = {
  resource: ["attributes", "droppedAttributesCount", "entityRefs"],
  metric: ["name", "description", "unit", "metadata", "gauge", "sum", "histogram"],
  number: ["attributes", "startTimeUnixNano", "timeUnixNano", "asDouble", "asInt", "exemplars", "flags"],
  histogram: [
    ...["attributes", "startTimeUnixNano", "timeUnixNano", "count", "sum", "bucketCounts", "explicitBounds"],
    ...["exemplars", "flags", "min", "max"],
  ],
};
const CUMULATIVE = 2;

/**
 * Reads a body as an ExportMetricsServiceRequest of one resource and one scope, and expects of every part what the
 * schema asks: known fields, 64-bit times as texts, one kind of data a metric, buckets that add up.
 */
export function readExportRequest(body: unknown): ReadRequest {
  const { resourceMetrics } = only(body, ["resourceMetrics"]);
  const [ofResource] = list(resourceMetrics, 1);
  const { resource, scopeMetrics } = only(ofResource, ["resource", "scopeMetrics", "schemaUrl"]);
  const [ofScope] = list(scopeMetrics, 1);
  const { scope, metrics } = only(ofScope, ["scope", "metrics", "schemaUrl"]);
  const { name } = only(scope, ["name", "version", "attributes", "droppedAttributesCount"]);
  return {
    resource: attributesOf(only(resource, FIELDS.resource).attributes),
    scope: String(name),
    metrics: new Map(list(metrics).map(readMetric)),
  };
}

function readMetric(raw: unknown): [string, ReadMetric] {
  const metric = only(raw, FIELDS.metric);
  const kinds = (["gauge", "sum", "histogram"] as const).filter((kind) => metric[kind] !== undefined);
  expect(kinds).toHaveLength(1);
  const kind = kinds[0]!;
  const data = metric[kind] as Json;
  if (kind !== "gauge") expect(data.aggregationTemporality).toBe(CUMULATIVE);
  if (kind === "sum") expect(data.isMonotonic).toBe(true);
  const points = list(data.dataPoints).map((point) => only(point, FIELDS[kind === "histogram" ? kind : "number"]));
  for (const point of points) {
    expect(point.timeUnixNano).toMatch(/^\d{19}$/);
    expect(point.startTimeUnixNano).toMatch(/^\d{19}$/);
    expect(BigInt(String(point.timeUnixNano))).toBeGreaterThanOrEqual(BigInt(String(point.startTimeUnixNano)));
  }
  const values = points.map(kind === "histogram" ? histogramSum : number);
  const attributes = points.map((point) => attributesOf(point.attributes ?? []));
  return [String(metric.name), { kind, unit: String(metric.unit), values, attributes }];
}

/** A fixed64 is a text in JSON; readers must take a number too, which the SDK writes. */
function number({ asInt, asDouble }: Json): number {
  expect([asInt, asDouble].filter((value) => value !== undefined)).toHaveLength(1);
  const value = Number(asInt ?? asDouble);
  expect(asDouble !== undefined || Number.isSafeInteger(value)).toBe(true);
  return value;
}

function histogramSum({ count, sum, bucketCounts, explicitBounds }: Json): number {
  const counts = list(bucketCounts).map(Number);
  expect(counts).toHaveLength(list(explicitBounds).length + 1);
  expect(counts.reduce((all, one) => all + one, 0)).toBe(Number(count));
  return Number(sum);
}

function attributesOf(raw: unknown): Record<string, string> {
  const pairs = list(raw).map((one): [string, string] => {
    const { key, value } = only(one, ["key", "value"]);
    return [String(key), String(only(value, ["stringValue"]).stringValue)];
  });
  return Object.fromEntries(pairs);
}

function only(value: unknown, fields: string[]): Json {
  expect(value).toBeObject();
  expect(fields).toEqual(expect.arrayContaining(Object.keys(value as Json)));
  return value as Json;
}

function list(value: unknown, length?: number): unknown[] {
  expect(value).toBeArray();
  if (length !== undefined) expect(value).toHaveLength(length);
  return value as unknown[];
}
