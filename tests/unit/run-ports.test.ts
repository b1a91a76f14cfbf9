import { expect, test } from "bun:test";
import type { RunConfig } from "../../src/config/run-config.ts";
import { localPorts, portNotice } from "../../src/run/ports.ts";
import { closedLevel } from "./load-fixture.ts";
import { configOf } from "./run-fixture.ts";

const PORTS = { first: 32768, last: 60999, reuse: 0 };
const FAR = "http://10.0.0.7:8000/v1/chat/completions";

function load(parallel: number, number: number, changed: Partial<RunConfig["connection"]> = {}, url = FAR): RunConfig {
  const plain = configOf({ url, levels: [closedLevel(parallel, number)] });
  return { ...plain, connection: { ...plain.connection, ...changed } };
}

test("connections that are kept need as many ports as there are requests at once", () => {
  expect(portNotice(load(64, 1e6), 1, PORTS)).toBeNull();
  expect(portNotice(load(1000, 1e6, { transport: "socket" }), 1, PORTS)).toBeNull();
  expect(portNotice(load(28_232, 28_232, { transport: "socket" }), 1, PORTS)).toBeNull();
  expect(portNotice(load(28_233, 28_233, { transport: "socket" }), 1, PORTS)).toMatch(
    /^--parallel 28233 needs as many local ports, and this machine has 28232 for one address: sysctl -w /,
  );
});

test("connections that are opened anew need one a request, for a minute", () => {
  expect(portNotice(load(1000, 28_232), 1, PORTS)).toBeNull();
  expect(portNotice(load(1000, 100_000), 1, PORTS)).toMatch(
    /^up to 100000 connections are opened, and each .* 60 s .* above 470 a second .* 28232 ports .* --transport socket/,
  );
  // Four engines keep 64 each.
  expect(portNotice(load(256, 100_000), 4, PORTS)).toBeNull();
  expect(portNotice(load(1, 100_000, { use: "new" }), 1, PORTS)).toMatch(/--connections pooled/);
});

test("no word where ports serve again at once, or none are used", () => {
  const many = load(1000, 100_000);
  expect(portNotice(many, 1, { ...PORTS, reuse: 1 })).toBeNull();
  expect(portNotice(many, 1, { ...PORTS, reuse: 2 })).not.toBeNull();
  const near = load(1000, 100_000, {}, "http://127.0.0.1:8000/v1/chat/completions");
  expect(portNotice(near, 1, { ...PORTS, reuse: 2 })).toBeNull();
  expect(portNotice(near, 1, PORTS)).not.toBeNull();
  expect(portNotice(load(1000, 100_000, { unix: "/run/llm.sock" }), 1, PORTS)).toBeNull();
  expect(portNotice(many, 1, null)).toBeNull();
});

test.skipIf(process.platform !== "linux")("Linux tells its range", () => {
  const ports = localPorts();
  expect(ports!.first).toBeGreaterThan(0);
  expect(ports!.last).toBeGreaterThan(ports!.first);
});
