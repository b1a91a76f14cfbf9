import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { version } from "../../package.json";
import type { Summary } from "../../src/metrics/summary-model.ts";
import { eventually } from "./eventually.ts";
import { Mock } from "./mock.ts";
import { BINARY, Workspace } from "./plumb.ts";
import { ask, HAS_SQLITE3, results, sqlite3 } from "./record.ts";

const mock = await Mock.start("--ttft", "20-40", "--itl", "2", "--tokens", "4-12");
afterAll(() => mock[Symbol.dispose]());
const TARGET = ["--url", mock.url, "--model", "mock", "--no-test-connection"];

describe("a run's folder", () => {
  test("outputs/<time>/<model> holds the database, the configuration and the summary, and nothing else", async () => {
    using workspace = new Workspace();
    const { folder } = await workspace.run(...TARGET, "--number", "3", "--model", "family/mock:7b");
    expect(folder).toMatch(/^outputs\/\d{8}_\d{6}\/mock_7b$/);
    const names = ["benchmark_data.db", "config.json", "report.html", "summary.json"];
    expect(workspace.files().sort()).toEqual(names.map((name) => `${folder}/${name}`));
    const config = JSON.parse(readFileSync(workspace.join(folder, "config.json"), "utf8"));
    expect(config).toMatchObject({ url: `${mock.url}/chat/completions`, api: "openai", dataset: "openqa" });
    expect(config.levels).toMatchObject([{ parallel: 1, number: 3 }]);
  });

  test("--outputs-dir, --name and --no-timestamp place it; a second run there is refused and harms nothing", async () => {
    using workspace = new Workspace();
    const place = ["--outputs-dir", "deep/er", "--name", "a/b", "--no-timestamp"];
    const { folder } = await workspace.run(...TARGET, ...place, "--number", "2");
    expect(folder).toBe("deep/er/a_b");
    const database = workspace.join(folder, "benchmark_data.db");
    const before = Bun.hash(readFileSync(database));
    const again = await workspace.plumb(["run", ...TARGET, ...place, "--number", "2"]);
    expect(again).toMatchObject({ code: 2, out: "" });
    expect(again.err).toMatch(/^plumb: deep\/er\/a_b\/benchmark_data\.db already holds a run: .*--name.*\n$/);
    expect(Bun.hash(readFileSync(database))).toBe(before);
    expect(results(workspace.join(folder))).toHaveLength(2);
  });

  test("two runs in one second have folders of their own", async () => {
    using workspace = new Workspace();
    const runs = [1, 2, 3].map(() => workspace.plumb(["run", ...TARGET, "--number", "1"]));
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(workspace.runs()).toHaveLength(3);
  });
});

describe("stdout and stderr", () => {
  test("--json: stdout is the one document that summary.json is, all else goes to stderr", async () => {
    using workspace = new Workspace();
    const flags = ["--number", "6", "--parallel", "2", "--json", "--visualizer", "wandb"];
    const { out, err, folder } = await workspace.run(...TARGET, ...flags);
    expect(out).toBe(readFileSync(workspace.join(folder, "summary.json"), "utf8"));
    const summary = JSON.parse(out) as Summary;
    expect(summary).toMatchObject({ schema: "plumb-summary-1", requests: { total: 6, success: 6 } });
    expect(summary.run).toMatchObject({ end: "done", end_reason: null, skipped: 0, warmup: 0 });
    expect(err).toContain("--visualizer has no effect in plumb");
    expect(err).toMatch(/6\/6 requests \(100%\)/);
  });

  test("without a terminal the live view is plain lines on stderr, and colours are nowhere", async () => {
    using workspace = new Workspace();
    const { out, err } = await workspace.run(...TARGET, "--number", "6", "--parallel", "2");
    expect(out + err).not.toContain("\x1b");
    expect(err.trimEnd().split("\n")).toEqual([expect.stringMatching(/^\d+s: 6\/6 requests \(100%\); .*TTFT p50/)]);
    expect(out).toMatch(/success +100% \(6 of 6\)/);
  });

  test("a stdout that nobody reads any more is no fault", async () => {
    using workspace = new Workspace();
    const { folder } = await workspace.run(...TARGET, "--number", "1");
    const { stderr } = Bun.spawnSync(["sh", "-c", '"$0" report "$1" | true', BINARY, workspace.join(folder)]);
    expect(stderr.toString()).toBe("");
  });
});

describe("reading a run again", () => {
  test("report prints what the run printed, as a table and as JSON, from the file or its folder", async () => {
    using workspace = new Workspace();
    const { out, folder } = await workspace.run(...TARGET, "--number", "8", "--parallel", "2", "4");
    const fromFile = await workspace.plumb(["report", `${folder}/benchmark_data.db`]);
    expect(fromFile).toEqual({ out, err: "", code: 0 });
    expect((await workspace.plumb(["report", folder])).out).toBe(out);
    const json = await workspace.plumb(["report", folder, "--json"]);
    expect(json.out).toBe(readFileSync(workspace.join(folder, "summary.json"), "utf8"));
  });

  test("query answers as a table, JSON and CSV, and cannot change anything", async () => {
    using workspace = new Workspace();
    const { folder } = await workspace.run(...TARGET, "--number", "3");
    const sql = "SELECT success, count(*) AS n, 'a,b' AS text FROM result GROUP BY 1";
    const query = async (...flags: string[]) => (await workspace.plumb(["query", folder, sql, ...flags])).out;
    expect(await query()).toBe("success  n  text\n      1  3  a,b\n");
    expect(JSON.parse(await query("--json"))).toEqual([{ success: 1, n: 3, text: "a,b" }]);
    expect(await query("--csv")).toBe('success,n,text\r\n1,3,"a,b"\r\n');
    const change = await workspace.plumb(["query", folder, "DELETE FROM outcome"]);
    expect(change).toMatchObject({ out: "", code: 2 });
    expect(results(workspace.join(folder))).toHaveLength(3);
  });

  test("--version and --help", async () => {
    using workspace = new Workspace();
    expect(await workspace.plumb(["--version"])).toEqual({ out: `${version}\n`, err: "", code: 0 });
    const help = await workspace.plumb(["run", "--help"]);
    for (const flag of ["--url", "--parallel", "--warmup-num", "--no-stream"]) expect(help.out).toContain(flag);
    expect(help).toMatchObject({ err: "", code: 0 });
    expect((await workspace.plumb([])).code).toBe(2);
  });
});

describe("the record", () => {
  test("--record full, text and metrics keep ever less of each request, the figures always", async () => {
    using workspace = new Workspace();
    const kept = async (mode: string) => {
      const { folder } = await workspace.run(...TARGET, "--number", "4", "--record", mode);
      const [row, ...more] = results(workspace.join(folder));
      expect(more).toHaveLength(3);
      expect(row).toMatchObject({ success: 1, token_source: "usage", event_times: expect.stringMatching(/^\[\d/) });
      expect(row!.first_chunk_latency).toBeGreaterThan(0.015);
      const { request, response_messages, output_text } = row!;
      return [request, response_messages, output_text].map((text) => text !== null);
    };
    expect(await kept("full")).toEqual([true, true, true]);
    expect(await kept("text")).toEqual([true, false, true]);
    expect(await kept("metrics")).toEqual([false, false, false]);
  });

  test("counted by the tokenizer, where --record metrics keeps no text and the server tells no usage", async () => {
    using quiet = await Mock.start("--ttft", "5", "--itl", "1", "--tokens", "6", "--no-usage");
    using workspace = new Workspace();
    const { folder } = await workspace.run("--url", quiet.url, "--prompt", "one two", "-n", "2", "--record", "metrics");
    for (const row of results(workspace.join(folder))) {
      expect(row).toMatchObject({ success: 1, token_source: "tokenizer", prompt_tokens: 2, output_text: null });
      expect(row.completion_tokens).toBeGreaterThan(4);
    }
  });

  test("times: one stamp an event, rising, and in the order of a request's life", async () => {
    using workspace = new Workspace();
    const { folder } = await workspace.run(...TARGET, "--number", "6", "--parallel", "2");
    const sql = `SELECT scheduled_time <= released_time AND released_time <= sent_time AND sent_time < completed_time
      AND abs(completed_time - sent_time - latency) < 1e-5 AND first_chunk_latency <= latency AS ordered FROM result`;
    expect(ask<{ ordered: number }>(workspace.join(folder), sql).map(({ ordered }) => ordered)).toEqual(
      Array(6).fill(1),
    );
    for (const row of results(workspace.join(folder))) {
      const times = JSON.parse(row.event_times!) as number[];
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      const tokens = JSON.parse(row.event_tokens!) as number[];
      const first = times[tokens.findIndex((count) => count > 0)]!;
      expect(Math.abs(first - row.first_chunk_latency! * 1e6)).toBeLessThan(1);
      expect(Math.abs(Date.now() / 1000 - row.start_time!)).toBeLessThan(600);
    }
  });

  test.skipIf(!HAS_SQLITE3)("one file; the ordinary sqlite3 finds slow requests by what the server said", async () => {
    using slow = await Mock.start("--ttft", "1050", "--itl", "1", "--tokens", "3");
    using workspace = new Workspace();
    const flags = ["--number", "3", "--parallel", "3", "--no-test-connection"];
    const { folder } = await workspace.run("--url", slow.url, ...flags);
    const database = workspace.join(folder, "benchmark_data.db");
    const sql =
      "SELECT request_id, first_chunk_latency, json_extract(response_messages, '$[0].id') FROM result " +
      "WHERE success=1 AND first_chunk_latency > 1;";
    const lines = sqlite3(database, sql).trimEnd().split("\n");
    expect(lines.map((line) => line.split("|")[2]).sort()).toEqual([1, 2, 3].map((n) => `chatcmpl-mock-${n}`));
    for (const line of lines) expect(line).toMatch(/^\w+-\d\|1\.\d+\|chatcmpl-mock-\d$/);
    expect(sqlite3(database, "PRAGMA integrity_check")).toBe("ok\n");
    expect(sqlite3(database, "PRAGMA journal_mode")).toBe("delete\n");
    expect(["-wal", "-shm"].map((end) => existsSync(database + end))).toEqual([false, false]);
    expect(statSync(database).size).toBeGreaterThan(0);
  });

  test("a reader that holds the file at the run's end: a warning, and nothing is lost", async () => {
    using workspace = new Workspace();
    await mock.reset();
    const run = workspace.start(["run", ...TARGET, "--number", "60", "--parallel", "2"]);
    await eventually("the first reply", async () => (await mock.stats()).finished > 0);
    const [folder] = workspace.runs();
    using db = new Database(workspace.join(folder!, "benchmark_data.db"), { readonly: true });
    db.run("BEGIN");
    db.query("SELECT count(*) FROM outcome").get();
    const { code, err } = await run.ended;
    expect(code).toBe(0);
    expect(err).toContain("together with its -wal file");
    db.run("COMMIT");
    expect(results(workspace.join(folder!))).toHaveLength(60);
  });
});
