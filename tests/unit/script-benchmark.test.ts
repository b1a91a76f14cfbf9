import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runBenchmark } from "../../src/script/benchmark.ts";

/** What it rejects with. */
async function rejection(config: unknown): Promise<Error> {
  const outcome: unknown = await runBenchmark(config as never).catch((error: unknown) => error);
  if (outcome instanceof Error) return outcome;
  throw new Error("it did not reject");
}

test.each([[undefined], [null], ["http://localhost"]])("%p is no configuration", async (config) => {
  const error = await rejection(config);
  expect(error.name).toBe("BenchmarkError");
  expect(error.message).toBe("runBenchmark takes an object of options");
  expect(error.stack).toContain("script-benchmark.test.ts:");
});

test("arguments of the script's own plugin are checked, in the script's words", async () => {
  const options = { depth: { type: "number", required: true } } as const;
  const api = { name: "mine", endpoint: "x", options, buildRequest: () => null };
  const error = await rejection({ url: "http://127.0.0.1:1", model: "m", api, apiArgs: { dept: 1 } });
  expect(error.message).toContain('apiArgs: mine: unknown option "dept": did you mean depth?');
  expect(error.message).toContain('apiArgs: mine: "depth" is missing');
});

test("one run in this process, to a service of the test's own", async () => {
  const asked: unknown[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      asked.push([request.headers.get("x-own"), await request.json()]);
      return Response.json({ choices: [{ index: 0, message: { content: "yes" }, finish_reason: "stop" }] });
    },
  });
  const outputsDir = mkdtempSync(join(tmpdir(), "plumb-benchmark-"));
  try {
    const { summary, folder, database, end, reason } = await runBenchmark({
      url: `${server.url.href}ask`,
      model: "m",
      apiKey: "sk-own-key-of-the-test",
      api: {
        name: "mine",
        keyHeader: { name: "x-own" },
        buildRequest: (input) => ({ body: input.kind === "messages" ? input.messages : input.kind }),
      },
      dataset: { name: "one", buildMessages: () => [[{ role: "user", content: "is it so?" }]] },
      applyChatTemplate: true,
      testConnection: false,
      number: 3,
      outputsDir,
    });
    expect({ end, reason }).toEqual({ end: "done", reason: null });
    expect(asked).toEqual(Array(3).fill(["sk-own-key-of-the-test", [{ role: "user", content: "is it so?" }]]));
    expect(summary).toMatchObject({ requests: { total: 3, success: 3 }, config: { api: "mine", dataset: "one" } });
    expect(database).toStartWith(join(folder, ""));
    expect(existsSync(join(folder, "summary.json")) && existsSync(join(folder, "config.json"))).toBe(true);
  } finally {
    rmSync(outputsDir, { recursive: true, force: true });
    await server.stop(true);
  }
});
