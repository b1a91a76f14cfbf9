import { expect, test } from "bun:test";
import type { TelemetryConfig } from "../../src/config/telemetry.ts";
import { startExporters } from "../../src/export/exporters.ts";
import { Histogram } from "../../src/export/histogram.ts";
import { LiveMetrics } from "../../src/export/live-metrics.ts";
import { prometheusPage } from "../../src/export/prometheus-page.ts";
import { parsePrometheus } from "../../src/run/prometheus-text.ts";
import { readExportRequest } from "./otlp-schema.ts";
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

test("served while it goes on, and no longer", async () => {
  const notices: string[] = [];
  const exporters = await startExporters(telemetry({ metricsPort: 0 }), (line) => notices.push(line));
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
  expect(startExporters(telemetry({ metricsPort: taken.port! }), () => {})).rejects.toThrow(/--metrics-port/);
});

/** A collector that answers with a status, or never (null). */
function collector(status: number | null) {
  const bodies: unknown[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(sent) {
      expect(sent.headers.get("content-type")).toBe("application/json");
      bodies.push(await sent.json());
      return status === null ? new Promise<Response>(() => {}) : new Response("{}", { status });
    },
  });
  return { url: new URL("/v1/metrics", server.url).href, bodies, [Symbol.asyncDispose]: () => server.stop(true) };
}

/** What a run of three requests sends at its end, and what its user hears. */
async function sendThree(url: string): Promise<string[]> {
  const notices: string[] = [];
  const { OtlpSender } = await import("../../src/export/otlp.ts");
  const resource = { "service.name": "plumb", "plumb.model": "m" };
  await new OtlpSender({ url, metrics: metricsOfThree(), resource, notice: (line) => notices.push(line) }).close();
  return notices;
}

test("a collector is sent an ExportMetricsServiceRequest: cumulative sums, one count more than bounds", async () => {
  await using taking = collector(200);
  expect(await sendThree(taking.url)).toEqual([]);
  expect(taking.bodies).toHaveLength(1);
  const { resource, scope, metrics } = readExportRequest(taking.bodies[0]);
  expect(resource).toMatchObject({
    "service.name": "plumb",
    "plumb.model": "m",
    "telemetry.sdk.name": "opentelemetry",
  });
  expect(scope).toBe("plumb");
  expect(metrics.get("plumb.requests")).toMatchObject({ kind: "sum", values: [1, 1, 1] });
  expect(metrics.get("plumb.requests_in_flight")).toMatchObject({ kind: "gauge", values: [4] });
  expect(metrics.get("plumb.time_to_first_token")).toMatchObject({ kind: "histogram", unit: "s", values: [0.05] });
  expect(metrics.get("plumb.requests")!.attributes[2]).toEqual({ phase: "measure", result: "failure", error: "reset" });
});

test.each([
  [500, /cannot send metrics to http:\S+: HTTP 500; the run goes on/],
  [503, /cannot send metrics to http:\S+: \S/],
  [null, /cannot send metrics to http:\S+: .*timed out/],
])(
  "a collector that answers %p is told of once, and holds nothing up for long",
  async (status, line) => {
    await using refusing = collector(status);
    const begun = performance.now();
    const notices = await sendThree(refusing.url);
    expect(notices).toEqual([expect.stringMatching(line)]);
    expect(performance.now() - begun).toBeLessThan(10_000);
  },
  15_000,
);

test("nobody listening is told of too", async () => {
  const gone = collector(200);
  await gone[Symbol.asyncDispose]();
  expect(await sendThree(gone.url)).toEqual([expect.stringMatching(/cannot send metrics to http:\S+: \S/)]);
}, 15_000);
