import { describe, expect, test } from "bun:test";
import { cpSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { Mock } from "./mock.ts";
import { type Ended, type Plumb, Workspace } from "./plumb.ts";
import { groupOf, HAS_PROC, processFile } from "./processes.ts";
import { results, summaryOf } from "./record.ts";

const EXAMPLES = join(import.meta.dir, "../../plugins/examples/script");

/** A script in an empty folder, with what it imports from "plumb" written out. */
class Script implements Disposable {
  readonly workspace = new Workspace();

  constructor(readonly source: string) {
    writeFileSync(this.workspace.join("script.ts"), source);
  }

  start(args: string[] = [], env: Record<string, string> = {}): Plumb {
    return this.workspace.start(["exec", "script.ts", ...args], env);
  }

  run(args: string[] = [], env: Record<string, string> = {}): Promise<Ended> {
    return this.start(args, env).ended;
  }

  [Symbol.dispose](): void {
    this.workspace[Symbol.dispose]();
  }
}

/** What the script prints as its last line, parsed. */
function said<Value>({ out, err, code }: Ended): Value {
  if (code !== 0) throw new Error(`exit code ${code}: ${err}`);
  return JSON.parse(out.trimEnd().split("\n").at(-1) ?? "") as Value;
}

const PLUGINS = `
  const api = defineApi({
    name: "openai",
    endpoint: "chat/completions",
    buildRequest(input, params) {
      if (input.kind !== "messages") throw new TypeError("messages are wanted");
      const { content } = input.messages[0]!;
      params.model = "changed: it is a copy";
      return { body: { model: "mock", stream: true, messages: [{ role: "user", content: "mine: " + content }] } };
    },
  });
  const dataset = defineDataset({
    name: "numbers",
    *buildMessages() {
      for (let k = 0; ; k++) yield "number " + k;
    },
  });
`;

describe("runBenchmark", () => {
  test("two loads in a row, compared and asserted, with progress and the database", async () => {
    using mock = await Mock.start("--ttft", "50", "--itl", "5", "--tokens", "8");
    using script = new Script(`
      import { queryRun, renderSummary, runBenchmark, type BenchmarkProgress, type BenchmarkResult } from "plumb";
      const seen: BenchmarkProgress[] = [];
      const results: BenchmarkResult[] = [];
      for (const parallel of [1, 4]) {
        results.push(await runBenchmark({
          url: process.argv[2]!, parallel, number: "8x", name: "at-" + parallel,
          onProgress: (progress) => seen.push(progress),
        }));
      }
      const [one, four] = results;
      if (four!.summary.throughput!.requests_per_s! <= one!.summary.throughput!.requests_per_s!) throw new Error("slower");
      console.log(renderSummary(four!));
      console.log(JSON.stringify({
        ends: results.map(({ end, reason }) => [end, reason]),
        folders: results.map(({ folder }) => folder),
        rows: queryRun(four!.database, "SELECT count(*) AS n, sum(success) AS good FROM result"),
        progress: seen.length, last: seen.at(-1),
      }));
    `);
    const ended = await script.run([mock.url]);
    const { ends, folders, rows, progress, last } = said<{
      ends: unknown;
      folders: string[];
      rows: unknown;
      progress: number;
      last: unknown;
    }>(ended);
    expect(ends).toEqual(Array(2).fill(["done", null]));
    expect(rows).toEqual([{ n: 32, good: 32 }]);
    expect(progress).toBeGreaterThan(2);
    expect(last).toMatchObject({ total: 32, done: 32, failed: 0, inFlight: 0, errors: {} });
    expect(ended.out).toContain("100% (32 of 32)");
    expect(ended.err).toBe("");
    for (const [index, folder] of folders.entries()) {
      expect(folder).toEndWith(`/at-${[1, 4][index]}`);
      expect(summaryOf(script.workspace.join(folder)).requests).toMatchObject({ success: [8, 32][index] });
    }
    expect(await mock.stats()).toMatchObject({ requests: 42, finished: 42 });
  });

  test("plugins written in the script, at 300 at once", async () => {
    using mock = await Mock.start("--ttft", "1500", "--itl", "1", "--tokens", "2");
    using script = new Script(`
      import { defineApi, defineDataset, runBenchmark } from "plumb";
      ${PLUGINS}
      const { summary, folder } = await runBenchmark({
        url: process.argv[2]!, model: "mock", api, dataset, parallel: 300, number: 300, testConnection: false,
      });
      console.log(JSON.stringify({ folder, requests: summary.requests, config: summary.config }));
    `);
    // A proxy of the environment would be obeyed by fetch, the engine's in this process too.
    const proxies = Object.fromEntries(
      ["HTTP_PROXY", "http_proxy", "ALL_PROXY"].map((name) => [name, "http://[::1]:1"]),
    );
    const ended = await script.run([mock.url], proxies);
    const { folder, requests, config } = said<{ folder: string; requests: unknown; config: unknown }>(ended);
    expect(requests).toMatchObject({ total: 300, success: 300 });
    expect(config).toMatchObject({ api: "openai", dataset: "numbers", params: { model: "mock" } });
    expect(await mock.stats()).toMatchObject({ finished: 300, peak_in_flight: 300 });
    const sent = results(script.workspace.join(folder)).map(({ request }) => JSON.parse(request!).messages[0].content);
    expect(sent).toEqual(Array.from({ length: 300 }, (_, k) => `mine: number ${k}`));
  });

  test("runs side by side, in this process and in engines, keep apart", async () => {
    using mock = await Mock.start("--ttft", "20", "--itl", "2", "--tokens", "4");
    using script = new Script(`
      import { defineApi, defineDataset, runBenchmark } from "plumb";
      ${PLUGINS}
      const base = { url: process.argv[2]!, model: "mock", parallel: 2, number: 6, dataset };
      const results = await Promise.all([runBenchmark({ ...base, api }), runBenchmark({ ...base, api }), runBenchmark(base)]);
      console.log(JSON.stringify(results.map(({ folder, summary }) => [folder, summary.requests!.success])));
    `);
    const runs = said<[string, number][]>(await script.run([mock.url]));
    expect(runs.map(([, success]) => success)).toEqual([6, 6, 6]);
    expect(new Set(runs.map(([folder]) => folder)).size).toBe(3);
    expect(script.workspace.runs().toSorted()).toEqual(runs.map(([folder]) => folder).toSorted());
  });

  test.each(["an object", "a name"])("signal and giveUp, with an API by %s", async (how) => {
    using mock = await Mock.start("--ttft", "20", "--itl", "20", "--tokens", "50");
    using script = new Script(`
      import { defineApi, defineDataset, runBenchmark } from "plumb";
      ${PLUGINS}
      const base = {
        url: process.argv[2]!, model: "mock", parallel: 4, number: 100000,
        testConnection: false, api: ${how === "an object" ? "api" : "undefined"},
      };
      const stopped = await runBenchmark({ ...base, signal: AbortSignal.timeout(500) });
      const ended = [];
      for (const run of [stopped, await runBenchmark({ ...base, giveUp: AbortSignal.timeout(500) })]) {
        ended.push([run.end, run.summary.requests!.failed, run.summary.requests!.by_error]);
      }
      const before = await runBenchmark({ ...base, signal: AbortSignal.abort(new Error("never mind")) }).catch((error) => error);
      console.log(JSON.stringify([...ended, before.message]));
    `);
    const [stopped, givenUp, before] = said<unknown[]>(await script.run([mock.url]));
    expect(stopped).toEqual(["interrupted", 0, {}]);
    expect(givenUp).toEqual(["interrupted", 4, { cancelled: 4 }]);
    expect(before).toBe("never mind");
    await eventually("the server's view", async () => (await mock.stats()).aborted === 4);
  });

  test("a callback that throws ends its run and is what it rejects with", async () => {
    using mock = await Mock.start("--ttft", "50", "--itl", "5", "--tokens", "5");
    using script = new Script(`
      import { runBenchmark } from "plumb";
      const onProgress = () => { throw new RangeError("seen enough"); };
      const error = await runBenchmark({ url: process.argv[2]!, model: "mock", number: 100000, onProgress }).catch((e) => e);
      console.log(JSON.stringify([error.name, error.message]));
    `);
    expect(said<string[]>(await script.run([mock.url]))).toEqual(["RangeError", "seen enough"]);
  });

  test("every mistake of a configuration at once, in the script's words and with its line", async () => {
    using script = new Script(
      [
        'import { runBenchmark } from "plumb";',
        "const api = { name: 'mine', buildRequest: 3 };",
        "const wrong = { paralel: 1, number: 0, maxTokens: [5, 3], name: ['a', 'b'], api, onProgress: 1, json: true };",
        "await runBenchmark(wrong as never);",
      ].join("\n"),
    );
    const { code, err, out } = await script.run();
    expect({ code, out }).toEqual({ code: 1, out: "" });
    const lines = [
      "api: buildRequest is a number: it must be a function",
      "unknown option paralel: did you mean parallel?",
      "number: 0 is below the least allowed, 1",
      "name: takes one value, not a list",
      "onProgress: it must be a function",
      "unknown option json\n",
      "url is missing: give the service's address",
      "maxTokens: a range goes from low to high, not from 5 to 3",
      "script.ts:4:",
    ];
    for (const line of lines) expect(err).toContain(line);
    expect(err).not.toContain("bunfs");
    expect(script.workspace.runs()).toEqual([]);
  });

  test("a service that is not there is an error that names it", async () => {
    using script = new Script(`
      import { runBenchmark } from "plumb";
      await runBenchmark({ url: "http://127.0.0.1:1", model: "m", apiKey: "sk-must-not-be-shown" });
    `);
    const { code, err } = await script.run();
    expect(code).toBe(1);
    expect(err).toStartWith("BenchmarkError: cannot connect to 127.0.0.1:1");
    expect(err).toContain("script.ts:3:");
    expect(err).not.toContain("must-not-be-shown");
  });

  test("plugins of files, named for the whole script or for one run", async () => {
    using mock = await Mock.start("--ttft", "5", "--itl", "1", "--tokens", "2");
    using script = new Script(`
      import { runBenchmark } from "plumb";
      const base = { url: process.argv[2]!, model: "mock", number: 2, dataset: "first" };
      await runBenchmark(base);
      const { summary } = await runBenchmark({ ...base, api: "second", plugins: "second.ts" });
      console.log(JSON.stringify([summary.config.api, summary.requests!.success]));
    `);
    const { workspace } = script;
    const plugin = (text: string) => `import { defineApi, defineDataset } from "plumb";\n${PLUGINS}\n${text}`;
    writeFileSync(workspace.join("first.ts"), plugin('export default { ...dataset, name: "first" };'));
    writeFileSync(workspace.join("second.ts"), plugin('export default { ...api, name: "second" };'));
    const ended = await workspace.plumb(["exec", "--plugins", "first.ts", "script.ts", mock.url]);
    expect(said<unknown>(ended)).toEqual(["second", 2]);
  });
});

describe("the program", () => {
  test("gets its arguments, whatever they look like, and is the main module", async () => {
    using script = new Script(
      "console.log(JSON.stringify([process.argv.slice(1), import.meta.main, process.env.OPENAI_API_KEY]));",
    );
    const args = ["--help", "--plugins", "x", "--api-key", "sk-secret", "--", "-n5"];
    const ended = await script.run(args, { OPENAI_API_KEY: "mine", NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    expect(said<unknown>(ended)).toEqual([[script.workspace.join("script.ts"), ...args], true, "mine"]);
  });

  test.skipIf(!HAS_PROC)("keeps a key among its arguments out of the process list", async () => {
    using script = new Script('console.log("here"); await Bun.sleep(30000);');
    const run = script.start(["--api-key", "sk-secret-key"]);
    await eventually("the script's first line", () => run.out === "here\n");
    expect(processFile(run.pid, "cmdline")).toContain("--api-key ***");
    expect(processFile(run.pid, "cmdline")).not.toContain("sk-secret-key");
  });

  test.each<[string, string, number]>([
    ["process.exitCode", "process.exitCode = 7;", 7],
    ["process.exitCode, set late", "setTimeout(() => { process.exitCode = 5; }, 50);", 5],
    ["process.exit", "process.exit(9);", 9],
    ["nothing", "", 0],
  ])("its exit code is plumb's: %s", async (_, source, code) => {
    using script = new Script(source);
    expect(await script.run()).toEqual({ out: "", err: "", code });
  });

  test.each([
    ["at the top", 'function fail() { throw new RangeError("too far"); }\nfail();', "RangeError: too far", ":1:"],
    ["late", 'setTimeout(() => { throw new Error("late"); }, 20);\nawait Bun.sleep(9000);', "Error: late", ":1:"],
    ["in a promise", 'void Promise.reject(new Error("lost"));\nawait Bun.sleep(9000);', "Error: lost", ":1:"],
    ["while it is read", "const ok = 1;\nconst x: = 3;", "Unexpected =", ":2:"],
    ["in linking", 'import { nothing } from "plumb";\nnothing();', "'nothing' not found in module 'plumb'", ""],
    ["by what is no error", 'throw "a text";', "uncaught: 'a text'", ""],
  ])("what it throws %s is shown with file and line, and ends it with 1", async (_, source, message, place) => {
    using script = new Script(source);
    const { code, out, err } = await script.run();
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(message);
    expect(err).toContain(`${script.workspace.join("script.ts")}${place}`);
    expect(err).not.toContain("bunfs");
  });

  test("decides by itself where it listens", async () => {
    using script = new Script(`
      process.on("uncaughtException", (error) => { console.log("heard", error.message); process.exit(3); });
      setTimeout(() => { throw new Error("late"); }, 10);
    `);
    expect(await script.run()).toEqual({ out: "heard late\n", err: "", code: 3 });
  });

  test("Ctrl-C ends the run with its results, begins no other, and gives 130", async () => {
    using mock = await Mock.start("--ttft", "100", "--itl", "10", "--tokens", "10");
    using script = new Script(`
      import { runBenchmark } from "plumb";
      const base = { url: process.argv[2]!, model: "mock", parallel: 4, number: 100000 };
      const { end, summary } = await runBenchmark(base);
      console.log(end, summary.requests!.failed);
      await runBenchmark(base).catch((error) => console.log(error.message));
    `);
    const run = script.start([mock.url]);
    await eventually("some replies", async () => (await mock.stats()).finished >= 6);
    run.interrupt();
    const { code, out } = await run.ended;
    expect(out).toBe("interrupted 0\nno run is begun any more: the one before was interrupted\n");
    expect(code).toBe(130);
    expect(await mock.stats()).toMatchObject({ aborted: 0, in_flight: 0 });
    if (HAS_PROC) await eventually("the engines' end", () => groupOf(run.pid).length === 0, 2);
  });

  test("Ctrl-C while nothing runs ends it as it would any program", async () => {
    using script = new Script('console.log("here"); await Bun.sleep(30000);');
    const run = script.start();
    await eventually("the script's first line", () => run.out === "here\n");
    run.interrupt();
    expect((await run.ended).code).toBe(128 + 2);
  });
});

test("what is wrong with the command", async () => {
  using workspace = new Workspace();
  const wrong: [string[], string][] = [
    [[], "exec: name the program, such as plumb exec bench.ts"],
    [["bench.ts"], "exec: no such file: bench.ts"],
    [["."], "exec: . is not a file"],
    [["--plugin", "x.ts", "bench.ts"], "unknown flag --plugin: did you mean --plugins?"],
  ];
  for (const [args, message] of wrong) {
    const { code, out, err } = await workspace.plumb(["exec", ...args]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  }
});

describe("the examples", () => {
  const example = (workspace: Workspace, name: string, ...args: string[]) => {
    cpSync(join(EXAMPLES, name), workspace.join(name));
    return workspace.plumb(["exec", name, ...args]);
  };

  test("bench.ts compares two loads, and fails where the service does not hold up", async () => {
    using workspace = new Workspace();
    using steady = await Mock.start("--ttft", "100", "--itl", "2", "--tokens", "5");
    const good = await example(workspace, "bench.ts", steady.url);
    expect(good).toMatchObject({ code: 0 });
    expect(good.out).toMatch(/^TTFT p95: [\d.]+ ms alone, [\d.]+ ms with 8 at once$/m);
    expect(good.out).toContain("100% (80 of 80)");
    using refusing = await Mock.start("--api-key", "another");
    const bad = await example(workspace, "bench.ts", refusing.url, "mock");
    expect(bad.code).toBe(1);
    expect(bad.err).toContain("refused the key");
    expect(await example(workspace, "bench.ts")).toMatchObject({ code: 1, out: "" });
  });

  test("slow-requests.ts reads requests back from the database", async () => {
    using workspace = new Workspace();
    using mock = await Mock.start("--ttft", "150", "--itl", "1", "--tokens", "2");
    const all = await example(workspace, "slow-requests.ts", mock.url, "0.1");
    expect(all).toMatchObject({ code: 0, err: "" });
    expect(all.out).toStartWith("40 of 40 requests took longer than 0.1 s\n");
    expect(all.out).toMatch(/^#\d+ {2}0\.\d{3} s, first token after 0\.\d{3} s, 2 tokens: \S/m);
    const database = /^The rest is in (.+)$/m.exec(all.out)?.[1] ?? "";
    expect(existsSync(workspace.join(database))).toBe(true);
    const none = await example(workspace, "slow-requests.ts", mock.url, "20");
    expect(none.out).toStartWith("0 of 40 requests took longer than 20 s\n");
  });
});
