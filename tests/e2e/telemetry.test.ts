import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readExportRequest } from "../unit/otlp-schema.ts";
import { eventually } from "./eventually.ts";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { summaryOf } from "./record.ts";

/** A vLLM's page and a DCGM exporter's, and a collector of OpenTelemetry's. */
function otherServers() {
  const collected: string[] = [];
  let asked = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (request.method === "POST") {
        collected.push(await request.text());
        return new Response("{}");
      }
      if (pathname === "/gpu") return new Response('DCGM_FI_DEV_POWER_USAGE{gpu="0"} 250\n');
      asked++;
      const labels = '{engine="0",model_name="m"}';
      return new Response(
        `# TYPE vllm:num_requests_running gauge\nvllm:num_requests_running${labels} 4.0\n` +
          `vllm:prefix_cache_queries_total${labels} ${asked * 100}\nvllm:prefix_cache_hits_total${labels} ${asked * 25}\n`,
      );
    },
  });
  return { url: server.url.href, collected, [Symbol.asyncDispose]: async () => server.stop(true) };
}

test("the service's metrics come into the summary; plumb's own go out while it runs", async () => {
  using mock = await Mock.start("--ttft", "50", "--itl", "5", "--tokens", "10");
  await using servers = otherServers();
  using workspace = new Workspace();
  const plumb = workspace.start([
    ...["run", "--url", mock.url, "--model", "m", "--prompt", "hi", "--parallel", "4", "--duration", "3s"],
    ...["--server-metrics", servers.url, "--gpu-metrics", `${servers.url}gpu`],
    ...["--metrics-port", "0", "--otlp", servers.url, "--name", "told", "--no-timestamp"],
  ]);
  const address = () => /metrics: (http:\S+)/.exec(plumb.err)?.[1];
  await eventually("the metrics' address", () => address() !== undefined);
  let page = "";
  await eventually("requests on the page", async () => {
    page = await (await fetch(address()!)).text();
    return /plumb_requests_total\{.*success.*\} [1-9]/.test(page);
  });
  expect(page).toContain("# TYPE plumb_time_to_first_token_seconds histogram");
  expect((await plumb.ended).code).toBe(0);
  const { server } = summaryOf(workspace.join("outputs/told"));
  expect(server).toMatchObject({
    running: { mean: 4, max: 4 },
    prefix_cache_hit_rate: 0.25,
    waiting: null,
    gpu: { gpus: 1, power_w: { mean: 250, max: 250 } },
  });
  expect(server!.readings).toBeGreaterThanOrEqual(3);
  expect(server!.gpu!.joules_per_output_token).toBeGreaterThan(0);
  const { resource, metrics } = readExportRequest(JSON.parse(servers.collected.at(-1)!));
  expect(resource).toMatchObject({ "service.name": "plumb", "plumb.run": "told", "plumb.model": "m" });
  expect(metrics.get("plumb.requests")!.values[0]).toBeGreaterThan(0);
  expect(metrics.get("plumb.requests_in_flight")!.values).toEqual([0]);
  expect(metrics.get("plumb.time_to_first_token")!.values[0]).toBeGreaterThan(0);
  expect(plumb.err).not.toContain("cannot send");
});

test("a page that is not there is one line, and no failure", async () => {
  using mock = await Mock.start("--ttft", "5", "--itl", "0");
  using workspace = new Workspace();
  const { err, code } = await workspace.start([
    ...["run", "--url", mock.url, "--model", "m", "--prompt", "hi", "--number", "10"],
    ...["--server-metrics", "127.0.0.1:1", "--gpu-metrics", `${mock.url}/nothing`],
  ]).ended;
  expect(code).toBe(0);
  expect(err.match(/cannot read the metrics at/g)).toHaveLength(2);
});

test("report --as, --csv, --jsonl", async () => {
  using mock = await Mock.start("--ttft", "20", "--itl", "2", "--tokens", "10");
  using workspace = new Workspace();
  const { folder } = await workspace.run("--url", mock.url, "--model", "m", "--prompt", "hi", "--number", "20");
  const report = (...args: string[]) => workspace.start(["report", folder, ...args]).ended;
  const evalscope = await report("--as", "evalscope", "--out", "es");
  expect(evalscope).toMatchObject({ code: 0, err: "" });
  expect(evalscope.out).toMatch(/Avg TTFT \(ms\) +[\d.]+ +[\d.]+/);
  const files = workspace.join("es/parallel_1_number_20");
  expect(JSON.parse(readFileSync(join(files, "benchmark_summary.json"), "utf8"))["Success Requests"]).toBe(20);
  expect(existsSync(join(files, "benchmark_data.db"))).toBe(true);
  const [vllm] = JSON.parse((await report("--as", "vllm", "--json")).out);
  expect(vllm.figures[0]).toMatchObject({ name: "completed", value: 20, plumb: 20 });
  expect((await report("--csv")).out.trimEnd().split("\r\n")).toHaveLength(2);
  await report("--jsonl", "requests.jsonl");
  const lines = readFileSync(workspace.join("requests.jsonl"), "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).success)).toEqual(Array.from({ length: 20 }, () => 1));
});

test.each([
  [["--as", "guidellm"], /--as: "guidellm" is none of evalscope, vllm/],
  [["--as", "vllm", "--out", "x"], /--out: only evalscope's files/],
  [["--out", "x"], /--out is where --as evalscope writes/],
  [["--csv", "--json"], /exclude each other/],
])("report %p is a mistake in the command", async (flags, message) => {
  using mock = await Mock.start("--ttft", "1", "--itl", "0");
  using workspace = new Workspace();
  const { folder } = await workspace.run("--url", mock.url, "--model", "m", "--prompt", "hi", "--number", "1");
  const { out, err, code } = await workspace.start(["report", folder, ...flags]).ended;
  expect({ out, code }).toEqual({ out: "", code: 2 });
  expect(err).toMatch(message);
});
