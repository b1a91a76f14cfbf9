import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mock } from "./mock.ts";
import { BINARY, type Ended } from "./plumb.ts";
import { type ResultRow, results } from "./record.ts";
import { WordService } from "./word-service.ts";

const EXAMPLES = join(import.meta.dir, "../../plugins/examples");
/** The binary alone in a folder of its own, with the examples of plugins beside it: they need not be named. */
const BASE = mkdtempSync(join(tmpdir(), "plumb-examples-"));
const BIN = join(BASE, "bin");
const HERE = join(BASE, "here");

const service = new WordService();
let mock: Mock;

beforeAll(async () => {
  for (const folder of [BIN, HERE, join(BIN, "plugins")]) mkdirSync(folder, { mode: 0o755 });
  copyFileSync(BINARY, join(BIN, "plumb"));
  for (const kind of ["api", "dataset"]) {
    for (const name of readdirSync(join(EXAMPLES, kind))) {
      writeFileSync(join(BIN, "plugins", name), await Bun.file(join(EXAMPLES, kind, name)).bytes(), { mode: 0o644 });
    }
  }
  mock = await Mock.start("--ttft", "30", "--itl", "2", "--tokens", "6", "--model", "mock", "--strict-model");
});
afterAll(() => {
  mock[Symbol.dispose]();
  service[Symbol.dispose]();
  rmSync(BASE, { recursive: true, force: true });
});
beforeEach(() => mock.reset());

async function plumb(...args: string[]): Promise<Ended> {
  const env = { PATH: process.env.PATH ?? "", HOME: BASE, TMPDIR: BASE, LANG: "C.UTF-8" };
  const options = { cwd: HERE, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const;
  const child = Bun.spawn([join(BIN, "plumb"), ...args], options);
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { out, err, code };
}

/** Every request of a run of four, two at once. */
async function run(url: string, ...flags: string[]): Promise<ResultRow[]> {
  const load = ["--parallel", "2", "--number", "4", "--no-test-connection", "--max-tokens", "50"];
  const place = ["--no-timestamp", "--name", "run", "--outputs-dir", mkdtempSync(join(BASE, "outputs-"))];
  const { err, code } = await plumb("run", "--url", url, "--model", "mock", ...load, ...place, ...flags);
  if (code === 2) throw new Error(err);
  const rows = results(join(place.at(-1)!, "run"));
  expect(rows).toHaveLength(4);
  expect(code).toBe(rows.some(({ success }) => success === 1) ? 0 : 1);
  return rows;
}

function bodyOf(row: ResultRow | undefined): Record<string, unknown> {
  return JSON.parse(row?.request ?? "null") as Record<string, unknown>;
}

/** A request that succeeded, with times that plumb took. */
const GOOD = { success: 1, error: null, stamp_source: "transport" };

describe("ten_lines", () => {
  test("sends, reads and counts by the defaults", async () => {
    for (const row of await run(mock.url, "--api", "ten_lines")) {
      expect(row).toMatchObject({ ...GOOD, token_source: "tokenizer", is_stream: 1, chunks: 6, finish_reason: "stop" });
      expect(row.output_text).toStartWith(" plumb line");
      expect(row.first_chunk_latency).toBeGreaterThan(0.025);
      expect(row.completion_tokens).toBeGreaterThan(0);
    }
    expect(await mock.stats()).toMatchObject({ finished: 4, aborted: 0 });
  });
});

describe("custom", () => {
  test("adds parameters one by one, and counts by usage", async () => {
    const given = ["--top-p", "0.9", "--top-k", "7", "--stop", "END", "--seed", "5", "--extra-args", '{"user": "me"}'];
    const rows = await run(mock.url, "--api", "custom", ...given);
    for (const row of rows) {
      expect(row).toMatchObject({ ...GOOD, token_source: "plugin", completion_tokens: 6, chunks: 6, status: 200 });
      expect(row.response_messages).not.toContain("[DONE]");
      expect(bodyOf(row)).toMatchObject({
        model: "mock",
        max_tokens: 50,
        temperature: 0,
        top_p: 0.9,
        top_k: 7,
        seed: 5,
      });
      expect(bodyOf(row)).toMatchObject({ stop: ["END"], stream: true, user: "me" });
    }
    const server = await mock.stats();
    expect(server).toMatchObject({
      finished: 4,
      aborted: 0,
      prompt_tokens: rows.reduce((n, r) => n + r.prompt_tokens!, 0),
    });
    // Bodies were read to their ends, so two connections do; the third is the test itself.
    expect(server.accepted).toBeLessThanOrEqual(3);
  });

  test("takes prompts, and whole bodies", async () => {
    const [row] = await run(
      mock.url,
      "--api",
      "custom",
      "--no-apply-chat-template",
      "--no-stream",
      "--prompt",
      "hello",
    );
    expect(row).toMatchObject({ ...GOOD, token_source: "plugin", completion_tokens: 6 });
    expect(row!.endpoint).toEndWith("/v1/completions");
    expect(bodyOf(row)).toEqual({ model: "mock", prompt: "hello", max_tokens: 50, temperature: 0 });
  });

  test("counts the text of a reply that is no JSON", async () => {
    for (const row of await run(service.url("/text"), "--api", "custom", "--prompt", "one two")) {
      expect(row).toMatchObject({ ...GOOD, token_source: "plugin", output_text: "just words" });
      expect(row).toMatchObject({ prompt_tokens: 2, completion_tokens: 2 });
    }
  });

  test.each<[string, string[], object]>([
    ["a status", ["--extra-args", '{"model": "other"}'], { error_kind: "http_4xx", status: 404 }],
    ["an error in a body", ["--no-stream"], { error_kind: "stream_error", status: 200 }],
  ])("%s that means failure is one", async (what, flags, found) => {
    const url = what === "a status" ? mock.url : service.url("/sorry");
    for (const row of await run(url, "--api", "custom", ...flags)) {
      expect(row).toMatchObject({ success: 0, stamp_source: "transport", ...found });
      expect(row.error).toContain(what === "a status" ? "does not exist" : "out of memory");
    }
  });
});

describe("own_reader", () => {
  test.each(["--stream", "--no-stream"])("%s: reads what the service says", async (stream) => {
    for (const row of await run(service.root, "--api", "own_reader", "--api-key", service.key, stream)) {
      expect(row).toMatchObject({ ...GOOD, token_source: "usage", prompt_tokens: 3, completion_tokens: 4 });
      expect(row.output_text).toBe("a plumb line hangs");
      expect([row.is_stream, row.chunks]).toEqual(stream === "--stream" ? [1, 4] : [0, 1]);
    }
  });

  test("a stream without its end is truncated, a wrong key refused", async () => {
    const [cut] = await run(service.root, "--api", "own_reader", "--api-key", service.key, "--prompt", "cut");
    expect(cut).toMatchObject({ success: 0, error_kind: "truncated", output_text: "a plumb" });
    const [refused] = await run(service.root, "--api", "own_reader", "--api-key", "another");
    expect(refused).toMatchObject({ success: 0, error_kind: "http_4xx", status: 401 });
  });
});

describe("two_calls", () => {
  test("asks twice, and its times are those of both", async () => {
    for (const row of await run(mock.url, "--api", "two_calls", "--max-tokens", "6")) {
      expect(row).toMatchObject({ ...GOOD, token_source: "tokenizer", chunks: 6, finish_reason: "stop" });
      // 30 ms and 6 tokens of the first call, and 30 ms more.
      expect(row.first_chunk_latency).toBeGreaterThan(0.065);
    }
    expect(await mock.stats()).toMatchObject({ requests: 8, finished: 8, aborted: 0 });
  });

  test("is a failure where the first call fails", async () => {
    const rows = await run(mock.url, "--api", "two_calls", "--extra-args", '{"model": "other"}');
    for (const row of rows) expect(row).toMatchObject({ success: 0, error_kind: "http_4xx", status: 404 });
    expect(await mock.stats()).toMatchObject({ requests: 4 });
  });
});

describe("websocket", () => {
  test("speaks as its neighbour does, over a socket", async () => {
    for (const row of await run(service.root, "--api", "websocket", "--api-key", service.key)) {
      expect(row).toMatchObject({ ...GOOD, token_source: "usage", prompt_tokens: 3, completion_tokens: 4, chunks: 4 });
      expect(row.output_text).toBe("a plumb line hangs");
      expect(row.latency! - row.first_chunk_latency!).toBeGreaterThan(WordService.gapS * 2);
    }
  });

  test("a service that hangs up early fails the request, one that refuses is no plugin's fault", async () => {
    const [cut] = await run(service.root, "--api", "websocket", "--api-key", service.key, "--prompt", "cut");
    expect(cut).toMatchObject({ success: 0, error_kind: "stream_error", output_text: "a plumb" });
    expect(cut!.error).toContain("hung up");
    const [refused] = await run(service.root, "--api", "websocket", "--api-key", "another");
    expect(refused).toMatchObject({ success: 0, error_kind: "protocol", error: expect.stringContaining("401") });
  });
});

describe("datasets", () => {
  function file(name: string, text: string): string {
    writeFileSync(join(HERE, name), text);
    return name;
  }

  const contents = (rows: ResultRow[]) => rows.map((row) => bodyOf(row).messages);
  const said = (content: string) => [{ role: "user", content }];

  test("custom_lines leaves out what is too short or too long", async () => {
    const path = file(
      "lines.txt",
      "too short\n\nneither short nor long\n  the second of that kind \nmuch too long for this\n",
    );
    const bounds = ["--min-prompt-length", "22", "--max-prompt-length", "23"];
    const rows = await run(mock.url, "--dataset", "custom_lines", "--dataset-path", path, ...bounds);
    expect(contents(rows)[0]).toEqual(said("neither short nor long"));
    for (const row of rows) expect(row).toMatchObject({ ...GOOD, token_source: "usage" });
    expect(new Set(rows.map((row) => row.request)).size).toBe(3);
    const plain = await run(mock.url, "--dataset", "custom_lines", "--dataset-path", path, "--no-apply-chat-template");
    expect(bodyOf(plain[1]).prompt).toBe("neither short nor long");
  });

  test("csv_column takes options of its own", async () => {
    const path = file("q.csv", 'prompt,language,max_tokens\n"one, two",en,3\nnur das,de,\n三,zh,\nfour,en,\n');
    const options = { column: "prompt", language: "en", system: "Be brief." };
    const flags = ["--dataset", "csv_column", "--dataset-path", path, "--dataset-args", JSON.stringify(options)];
    const rows = await run(mock.url, ...flags);
    const system = { role: "system", content: "Be brief." };
    expect(contents(rows).slice(0, 2)).toEqual([
      [system, ...said("one, two")],
      [system, ...said("four")],
    ]);
    expect(rows.map((row) => bodyOf(row).max_tokens)).toEqual([3, 50, 3, 50]);
    expect(rows.map((row) => row.completion_tokens)).toEqual([3, 6, 3, 6]);
  });

  test("sums never ends, and a schema checks its options", async () => {
    const rows = await run(mock.url, "--dataset", "sums", "--dataset-args", '{"digits": 3}', "--seed", "1");
    expect(contents(rows).slice(0, 2)).toEqual([said("What is 919 + 729?"), said("What is 838 + 458?")]);
    expect(new Set(rows.map((row) => row.request)).size).toBe(4);
  });

  test.each([
    [
      "csv_column",
      '{"colum": "x", "language": "fr"}',
      ['unknown option "colum": did you mean column?', '"language" must be one of "en", "zh"'],
    ],
    [
      "sums",
      '{"digits": 10, "size": 1}',
      ['sums: "digits" must be a whole number from 1 to 9', 'sums: "size" is no option'],
    ],
  ])("%s refuses %s before anything is sent", async (name, args, messages) => {
    const { code, err } = await plumb("run", "--url", mock.url, "--dataset", name, "--dataset-args", args);
    expect(code).toBe(2);
    for (const message of messages) expect(err).toContain(message);
    expect((await mock.stats()).requests).toBe(0);
  });
});

describe("plumb plugins check", () => {
  test.each([
    ["api/ten_lines", "(tokenizer)"],
    ["api/custom", "(plugin)"],
    ["api/two_calls", "(tokenizer)"],
    ["dataset/sums", "(usage)"],
  ])("%s keeps its contract", async (name, counted) => {
    const { out, code } = await plumb("plugins", "check", join(EXAMPLES, `${name}.ts`));
    expect(out).toContain("contract: nothing wrong found\n");
    expect(out).toContain(counted);
    expect(code).toBe(0);
  });

  test.each(["own_reader", "websocket"])("%s too, though no mock speaks it", async (name) => {
    const { out, code } = await plumb("plugins", "check", join(EXAMPLES, `api/${name}.ts`));
    expect(out).toContain("contract: nothing wrong found\n");
    expect(out).toContain("404");
    expect(code).toBe(1);
  });
});

test("own-plugins.ts runs what it defines itself, and reads it back", async () => {
  const path = join(EXAMPLES, "script/own-plugins.ts");
  copyFileSync(path, join(HERE, "own-plugins.ts"));
  const { out, code } = await plumb("exec", "own-plugins.ts", mock.url);
  expect(out).toMatch(/^Answer in one word\. [\d.]+ tokens in [\d.]+ s on average\nAnswer at length\. [\d.]+ tokens/);
  expect(code).toBe(0);
  expect(await mock.stats()).toMatchObject({ finished: 18, aborted: 0 });
  expect(await plumb("exec", "own-plugins.ts")).toMatchObject({ out: "", code: 1 });
});
