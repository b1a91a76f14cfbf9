import { describe, expect, test } from "bun:test";
import type { RunConfig } from "../../src/config/run-config.ts";
import type { ProbeResult } from "../../src/engine/protocol.ts";
import type { Ending, ErrorKind } from "../../src/record/outcome.ts";
import { inChinese } from "../../src/report/language-zh-sentences.ts";
import { checkDescriptors } from "../../src/run/descriptors.ts";
import { diskNotice } from "../../src/run/disk.ts";
import { portNotice } from "../../src/run/ports.ts";
import { testConnection } from "../../src/run/preflight.ts";
import { StopRules } from "../../src/run/stop-rules.ts";
import { closedLevel, stageOf } from "./load-fixture.ts";
import { CONFIG } from "./record-fixture.ts";
import { configOf, paramsOf } from "./run-fixture.ts";

/** Two small words in a row, commands and flags aside, are a piece of an English sentence. */
const ENGLISH = /[a-z]{2,} [a-z]{2,}/;

/** What the rooms really say: who changes a sentence there hears of it here. */
function expectChinese(sentence: string): void {
  const chinese = inChinese(sentence);
  expect(chinese).not.toBe(sentence);
  expect(chinese.replace(/`[^`]*`|--[\w-]+ \w+|sysctl .*/g, "")).not.toMatch(ENGLISH);
}

function reasonOf(limits: { errors: number | null; errorRate: number | null }, kind: ErrorKind, count: number): string {
  const rules = new StopRules(limits, { api: "mine", dataset: "openqa" });
  rules.begin(stageOf({ number: 100_000 }));
  const ending: Ending = { ok: false, kind, message: "ECONNREFUSED" };
  for (let k = 0; k < count; k++) {
    const reason = rules.add({ ending, completedTime: k });
    if (reason !== null) return reason;
  }
  throw new Error("the run would go on");
}

test("why a run ended early", () => {
  expectChinese(reasonOf({ errors: 3, errorRate: null }, "reset", 3));
  expectChinese(reasonOf({ errors: 1, errorRate: null }, "reset", 1));
  expectChinese(reasonOf({ errors: null, errorRate: 0.5 }, "empty", 30));
  expectChinese(reasonOf({ errors: null, errorRate: null }, "connect", 2000));
  expectChinese(reasonOf({ errors: null, errorRate: null }, "plugin", 30));
  expectChinese(new StopRules({ errors: null, errorRate: null }, { api: "a", dataset: "d" }).skip(1e6)!);
});

describe("why nothing could be sent", () => {
  const failed = (kind: string, message: string, more: Partial<Extract<ProbeResult, { ok: false }>> = {}) => ({
    ...{ ok: false as const, status: null, kind, message, body: "" },
    ...more,
  });
  test.each<[string, ProbeResult]>([
    ["a refused key", failed("http_4xx", "HTTP 401", { status: 401 })],
    ["nobody listens", failed("connect", "ECONNREFUSED")],
    ["no such host", failed("dns", "ENOTFOUND")],
    ["a certificate", failed("tls", "SELF_SIGNED")],
    ["another protocol", failed("protocol", "plain HTTP", { speaks: "https" })],
    ["a wrong path", failed("http_4xx", "HTTP 404", { status: 404 })],
    ["a broken service", failed("http_5xx", "HTTP 500", { status: 500 })],
    ["no reply", failed("reset", "ECONNRESET")],
  ])("%s", async (_, result) => {
    const config = configOf({ url: "http://gpu-1:8000/v1/chat/completions", params: paramsOf({ model: "llama" }) });
    const error: unknown = await testConnection(
      config,
      async () => result,
      () => {},
    ).catch((thrown: unknown) => thrown);
    expectChinese((error as Error).message);
  });

  test("too few descriptors", () => {
    const mistakeAt = (hard: number) => {
      try {
        checkDescriptors(10_000, 1, { soft: 1024, hard });
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error("there are enough");
    };
    expectChinese(mistakeAt(4096));
    expectChinese(mistakeAt(100_000));
  });
});

test("notices before the first request", () => {
  const load: Partial<RunConfig> = { levels: [closedLevel(4, 1_000_000)] };
  expectChinese(diskNotice(1e12, configOf({ ...load, record: "full" }), "/data", 1e9)!);
  expectChinese(diskNotice(1e12, configOf({ ...load, record: "metrics" }), "/data", 1e9)!);
  const ports = { first: 32_768, last: 60_999, reuse: 0 };
  const many = (connection: Partial<RunConfig["connection"]>, parallel: number) =>
    configOf({ levels: [closedLevel(parallel, 1_000_000)], connection: { ...CONFIG.connection, ...connection } });
  expectChinese(portNotice(many({}, 1000), 1, ports)!);
  expectChinese(portNotice(many({ use: "new" }, 1000), 1, ports)!);
  expectChinese(portNotice(many({}, 60_000), 1, ports)!);
});

test("a figure's bounds and ways stand in Chinese order, and blanks only where Latin letters are", () => {
  expect(
    inChinese(
      "load 4.59 a core at level 2 (limit 2.50 a core): what runs here may have kept plumb from its core. " +
        "Try to end what else runs here, or another machine.",
    ),
  ).toBe(
    "load 每核 4.59,第 2 档 (限值每核 2.50):本机其他程序可能占用了 plumb 的核。可试结束本机其他程序,或换一台机器。",
  );
  expect(inChinese("16 at once, run 2: does not hold (requests pile up); max tps: measured")).toBe(
    "并发 16,第 2 次:不达标 (请求积压);max tps:已测",
  );
});

test("a server's words are not taken for a sentence of plumb's", () => {
  expect(inChinese("the model is loading, or another machine has it")).toBe(
    "the model is loading, or another machine has it",
  );
});
