import { expect, test } from "bun:test";
import type { ServerSampleRow } from "../../src/record/rows.ts";
import { ServerMetrics } from "../../src/run/server-metrics.ts";

function scraping(serverMetrics: string | null, gpuMetrics: string | null = null) {
  const rows: ServerSampleRow[] = [];
  const notices: string[] = [];
  const metrics = new ServerMetrics({
    telemetry: { serverMetrics, gpuMetrics, metricsPort: null, otlp: null },
    connection: { insecure: false },
    record: (read) => rows.push(...read),
    notice: (line) => notices.push(line),
  });
  return { metrics, rows, notices };
}

function serve(answer: (path: string) => Response | Promise<Response>) {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: ({ url }) => answer(new URL(url).pathname) });
  return { url: server.url.href, [Symbol.asyncDispose]: async () => server.stop(true) };
}

test("reads when told, and at the end: both pages with one time, known names only", async () => {
  let asked = 0;
  await using page = serve((path) => {
    asked++;
    return new Response(
      path === "/gpu" ? 'DCGM_FI_DEV_POWER_USAGE{gpu="0"} 250' : `vllm:num_requests_running ${asked}\nother 1`,
    );
  });
  const { metrics, rows, notices } = scraping(page.url, `${page.url}gpu`);
  metrics.read();
  await Bun.sleep(200);
  metrics.read();
  await Bun.sleep(200);
  await metrics.close();
  await metrics.close();
  expect(notices).toEqual([]);
  expect(rows.map(({ name }) => name).toSorted()).toEqual([
    ...Array.from({ length: 3 }, () => "DCGM_FI_DEV_POWER_USAGE"),
    ...Array.from({ length: 3 }, () => "vllm:num_requests_running"),
  ]);
  expect(rows.find(({ name }) => name.startsWith("DCGM"))).toMatchObject({ labels: '{"gpu":"0"}', value: 250 });
  expect(new Set(rows.map(({ time }) => time)).size).toBe(3);
});

test.each([
  ["an error", () => new Response("no", { status: 503 }), /HTTP 503/],
  ["a page without a metric of a known server", () => new Response("go_goroutines 5"), /no metric that plumb knows/],
  ["an endless page", () => new Response("x".repeat(9_000_000)), /longer than 8 MB/],
  ["a redirect", () => Response.redirect("http://127.0.0.1:1/"), /HTTP 302/],
])("%s: said once, and the run goes on", async (_, answer, message) => {
  await using page = serve(answer);
  const { metrics, rows, notices } = scraping(page.url);
  await Bun.sleep(100);
  await metrics.close();
  expect(rows).toEqual([]);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatch(message);
});

test("nobody there", async () => {
  const { metrics, notices } = scraping("http://127.0.0.1:1/metrics");
  await metrics.close();
  expect(notices).toHaveLength(1);
});
