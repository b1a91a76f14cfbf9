import { expect, test } from "bun:test";
import type { TelemetryConfig } from "../../src/config/telemetry.ts";
import { startExporters } from "../../src/export/exporters.ts";
import { Histogram } from "../../src/export/histogram.ts";
import { LiveMetrics } from "../../src/export/live-metrics.ts";
import { otlpMessage } from "../../src/export/otlp-message.ts";
import { prometheusPage } from "../../src/export/prometheus-page.ts";
import { parsePrometheus } from "../../src/run/prometheus-text.ts";
import { CONFIG, request } from "./record-fixture.ts";

function metricsOfThree(): LiveMetrics {
  const metrics = new LiveMetrics({ name: 'a "b"\n', model: "m\\n", api: "openai" });
  metrics.finished([
    request({ id: 1, at: 0, phase: "warmup" }),
    request({ id: 2, at: 0, times: [50_000, 150_000] }),
    request({ id: 3, at: 0, ending: { ok: false, kind: "reset", message: "gone" } }),
  ]);
  metrics.inFlight(4);
  return metrics;
}

const telemetry = (change: Partial<TelemetryConfig>) => ({
  ...CONFIG,
  telemetry: { serverMetrics: null, gpuMetrics: null, metricsPort: null, otlp: null, ...change },
});

test("the page is what a Prometheus reads: counts, buckets that add up, escaped labels", () => {
  const page = prometheusPage(metricsOfThree().read());
  const series = [...parsePrometheus(page, () => true)];
  expect(series.filter(({ name }) => name === "plumb_requests_total")).toEqual([
    { name: "plumb_requests_total", labels: { phase: "warmup", result: "success", error: "" }, value: 1 },
    { name: "plumb_requests_total", labels: { phase: "measure", result: "success", error: "" }, value: 1 },
    { name: "plumb_requests_total", labels: { phase: "measure", result: "failure", error: "reset" }, value: 1 },
  ]);
  const value = (name: string) => series.find((one) => one.name === name)?.value;
  expect(value("plumb_requests_in_flight")).toBe(4);
  expect(value("plumb_output_tokens_total")).toBe(2);
  expect(value("plumb_time_to_first_token_seconds_sum")).toBe(0.05);
  expect(series.find(({ name }) => name === "plumb_info")?.labels).toEqual({
    name: 'a "b"\n',
    model: "m\\n",
    api: "openai",
  });
  const buckets = series.filter(({ name }) => name === "plumb_time_to_first_token_seconds_bucket");
  expect(buckets.at(-1)).toMatchObject({ labels: { le: "+Inf" }, value: 1 });
  const reached = buckets.find(({ value: n }) => n === 1);
  expect(reached?.labels.le).toBe("0.05");
  expect(buckets.map(({ value: n }) => n)).toEqual(buckets.map(({ value: n }) => n).toSorted((a, b) => a - b));
  for (const name of new Set(series.map((one) => one.name.replace(/_(?:bucket|sum|count)$/, "")))) {
    expect(page).toContain(`# TYPE ${name} `);
  }
});

test("a value on a bound belongs to it, one above all to the last", () => {
  const histogram = new Histogram([1, 2]);
  for (const value of [1, 1.5, 2, 3]) histogram.add(value);
  expect(histogram).toMatchObject({ counts: [1, 2, 1], sum: 7.5, count: 4 });
});

interface DataPoint {
  timeUnixNano: string;
  startTimeUnixNano: string;
  asInt?: string;
  count?: string;
  bucketCounts?: string[];
  explicitBounds?: number[];
}

test("the OTLP message: 64-bit integers as texts, one count more than bounds, cumulative and monotonic sums", () => {
  const message = otlpMessage(
    metricsOfThree().read(),
    { startMs: 1_760_000_000_000, nowMs: 1_760_000_001_500 },
    { "service.name": "plumb" },
  );
  const text = JSON.stringify(message);
  const { resourceMetrics } = JSON.parse(text);
  expect(resourceMetrics[0].resource.attributes).toEqual([{ key: "service.name", value: { stringValue: "plumb" } }]);
  const metrics: Record<
    string,
    Record<string, { dataPoints: DataPoint[]; isMonotonic?: boolean }>
  > = Object.fromEntries(
    resourceMetrics[0].scopeMetrics[0].metrics.map((metric: { name: string }) => [metric.name, metric]),
  );
  expect(metrics["plumb.requests"]?.sum).toMatchObject({ isMonotonic: true, aggregationTemporality: 2 });
  expect(metrics["plumb.requests"]?.sum?.dataPoints.map(({ asInt }) => asInt)).toEqual(["1", "1", "1"]);
  const [waits] = metrics["plumb.time_to_first_token"]!.histogram!.dataPoints;
  expect(waits).toMatchObject({ count: "1", sum: 0.05, timeUnixNano: "1760000001500000000" });
  expect(waits!.bucketCounts).toHaveLength(waits!.explicitBounds!.length + 1);
  expect(waits!.bucketCounts!.reduce((sum, n) => sum + Number(n), 0)).toBe(1);
});

test("served while it goes on, and no longer", async () => {
  const notices: string[] = [];
  const exporters = startExporters(telemetry({ metricsPort: 0 }), (line) => notices.push(line));
  exporters.metrics.finished([request({ id: 1, at: 0 })]);
  const url = /http:\S+/.exec(notices[0]!)![0];
  const page = await fetch(url);
  expect(page.headers.get("content-type")).toContain("version=0.0.4");
  expect(await page.text()).toContain('plumb_requests_total{phase="measure",result="success",error=""} 1');
  expect((await fetch(new URL("/", url))).status).toBe(404);
  await exporters.close();
  expect(fetch(url)).rejects.toThrow();
});

test("a port that is taken is a mistake in the command", async () => {
  await using taken = Bun.serve({ port: 0, hostname: "0.0.0.0", fetch: () => new Response("") });
  expect(() => startExporters(telemetry({ metricsPort: taken.port! }), () => {})).toThrow(/--metrics-port/);
});

test("sent to a collector at the end; one that refuses is told of once", async () => {
  const bodies: unknown[] = [];
  let status = 200;
  await using collector = Bun.serve({
    port: 0,
    fetch: async (sent) => {
      bodies.push(await sent.json());
      return new Response("{}", { status });
    },
  });
  const notices: string[] = [];
  const otlp = new URL("/v1/metrics", collector.url).href;
  await startExporters(telemetry({ otlp }), (line) => notices.push(line)).close();
  expect(bodies).toHaveLength(1);
  expect(bodies[0]).toHaveProperty("resourceMetrics");
  expect(notices).toEqual([]);
  status = 500;
  await startExporters(telemetry({ otlp }), (line) => notices.push(line)).close();
  expect(notices).toHaveLength(1);
  expect(notices[0]).toContain("HTTP 500");
});
