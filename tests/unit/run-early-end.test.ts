import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = join(import.meta.dir, "..", "..", "src", "main.ts");
const FOLDER = mkdtempSync(join(tmpdir(), "plumb-early-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** A service of which every fourth reply is a 503. */
let asked = 0;
const service = Bun.serve({
  port: 0,
  async fetch() {
    if (++asked % 4 === 0) return new Response("busy", { status: 503 });
    await Bun.sleep(20);
    const delta = { choices: [{ index: 0, delta: { content: "word" } }] };
    const usage = { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } };
    const events = [JSON.stringify(delta), JSON.stringify(usage), "[DONE]"].map((data) => `data: ${data}\n\n`);
    return new Response(events.join(""), { headers: { "content-type": "text/event-stream" } });
  },
});
afterAll(() => service.stop(true));

interface Ended {
  code: number;
  err: string;
  summary: { run: { end: string; end_reason: string }; requests: Record<string, number>; levels: unknown[] };
  kinds: Record<string, number>;
  megabytes: number;
}

async function run(name: string, ...flags: string[]): Promise<Ended> {
  const target = ["--model", "m", "--no-test-connection", "--outputs-dir", FOLDER, "--name", name, "--no-timestamp"];
  const child = Bun.spawn([process.execPath, MAIN, "run", ...target, ...flags, "--json"], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const file = join(FOLDER, name, "benchmark_data.db");
  using db = new Database(file, { readonly: true });
  const sql = "SELECT coalesce(error_kind, 'ok') AS kind, count(*) AS n FROM outcome GROUP BY 1";
  const kinds = Object.fromEntries(
    db
      .query<{ kind: string; n: number }, []>(sql)
      .all()
      .map(({ kind, n }) => [kind, n]),
  );
  const summary: Ended["summary"] = JSON.parse(out);
  return { code: await child.exited, err, summary, kinds, megabytes: statSync(file).size / 1e6 };
}

test("a dead service: the run ends soon, with its report and a small file", async () => {
  const port = closedPort();
  const start = performance.now();
  const load = ["--prompt", "hi", "--parallel", "8", "64", "--number", "20000"];
  const { code, err, summary, kinds, megabytes } = await run("dead", "--url", `http://127.0.0.1:${port}`, ...load);
  expect(performance.now() - start).toBeLessThan(25_000);
  expect(code).toBe(1);
  expect(err).toContain("plumb: the service takes no connections");
  expect(summary.run).toMatchObject({ end: "failed", end_reason: expect.stringContaining("connect") as never });
  expect(summary.levels).toHaveLength(1);
  expect(kinds.connect).toBeGreaterThanOrEqual(1000);
  expect(kinds.connect).toBeLessThan(20_000);
  expect(megabytes).toBeLessThan(20);
}, 60_000);

test("--max-errors: what is in flight finishes, nothing is given up", async () => {
  const load = ["--prompt", "hi", "--parallel", "4", "--number", "100000", "--max-errors", "10"];
  const { code, err, summary, kinds } = await run("errors", "--url", service.url.href, ...load);
  expect(code).toBe(1);
  expect(err).toMatch(/10 requests failed: --max-errors 10/);
  expect(summary.run.end).toBe("failed");
  expect(kinds.http_5xx).toBeGreaterThanOrEqual(10);
  expect(Object.keys(kinds).sort()).toEqual(["http_5xx", "ok"]);
  expect(summary.requests.success).toBe(kinds.ok!);
}, 60_000);

test("--max-error-rate: below it a run goes on to its end", async () => {
  const load = ["--url", service.url.href, "--prompt", "hi", "--parallel", "4", "--number", "60"];
  const below = await run("rate-below", ...load, "--max-error-rate", "60%");
  expect([below.code, below.summary.run.end, below.summary.requests.total]).toEqual([0, "done", 60]);
  const above = await run("rate-above", ...load, "--max-error-rate", "0.1");
  expect([above.code, above.summary.run.end]).toEqual([1, "failed"]);
  expect(above.err).toContain("--max-error-rate 0.1");
}, 60_000);

test("a dataset that fails midway: what it gave is sent and finishes, then its message and exit 1", async () => {
  const plugin = join(FOLDER, "short.ts");
  writeFileSync(
    plugin,
    `import { defineDataset } from "plumb";
     export default defineDataset({
       name: "short",
       async *buildMessages() {
         for (let k = 0; k < 37; k++) yield "prompt " + k;
         throw new Error("the disk is gone");
       },
     });`,
  );
  const load = ["--plugins", plugin, "--dataset", "short", "--parallel", "4", "--number", "1000"];
  const { code, err, summary, kinds } = await run("dataset", "--url", service.url.href, ...load);
  expect(code).toBe(1);
  expect(err).toContain("dataset short failed after item 37: the disk is gone");
  expect(summary.run.end).toBe("failed");
  expect(summary.requests.total).toBe(37);
  expect(Object.keys(kinds).sort()).toEqual(["http_5xx", "ok"]);
}, 60_000);

test("a dataset that fails within the first batch: the run begins with what there is, and ends at once", async () => {
  const file = join(FOLDER, "broken.jsonl");
  writeFileSync(file, '{"prompt":"a"}\n{"prompt":"b"}\n{"prompt":\n');
  const load = ["--dataset", "jsonl", "--dataset-path", file, "--parallel", "8", "--number", "100"];
  const { code, err, summary } = await run("first-batch", "--url", service.url.href, ...load);
  expect(code).toBe(1);
  expect(err).toContain("broken.jsonl:3");
  expect(summary.requests.total).toBe(2);
  // The first was not held back for a batch that never comes.
  using db = new Database(join(FOLDER, "first-batch", "benchmark_data.db"), { readonly: true });
  const sql = "SELECT (SELECT min(sent_time) FROM outcome) - (SELECT start_time FROM level) AS waited";
  expect((db.query(sql).get() as { waited: number }).waited).toBeLessThan(3);
}, 60_000);

function closedPort(): number {
  const server = Bun.serve({ port: 0, fetch: () => new Response() });
  const { port } = server;
  server.stop(true);
  return port!;
}
