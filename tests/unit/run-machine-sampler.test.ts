import { expect, test } from "bun:test";
import { activeOpens, cpuTimes, MachineSampler } from "../../src/run/machine-sampler.ts";

test("reads the machine's time, the host's part in it", () => {
  expect(cpuTimes("cpu  100 5 20 800 10 0 5 60 7 7\ncpu0 1 2 3 4 5 6 7 8 9 10\n")).toEqual({ stolen: 60, all: 1000 });
  expect(cpuTimes("")).toBeNull();
  expect(cpuTimes("cpu  1 2 3 4\n")).toBeNull();
});

test("finds ActiveOpens by its name", () => {
  const snmp = "Ip: Forwarding\nIp: 1\nTcp: RtoMin ActiveOpens PassiveOpens\nTcp: 200 42 7\nUdp: In\nUdp: 3\n";
  expect(activeOpens(snmp)).toBe(42);
  expect(activeOpens("")).toBeNull();
  expect(activeOpens("Tcp: RtoMin\nTcp: 200\n")).toBeNull();
});

test("sees the connections that are opened, and who wants to run", async () => {
  if (process.platform !== "linux") return;
  using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const sampler = new MachineSampler();
  const before = sampler.sample().opened!;
  const open = () => Bun.connect({ hostname: "127.0.0.1", port: server.port, socket: { data() {} } });
  const sockets = await Promise.all(Array.from({ length: 30 }, open));
  await Bun.sleep(30);
  const after = sampler.sample();
  expect(after.opened! - before).toBeGreaterThanOrEqual(30);
  expect(after.load).toBeGreaterThanOrEqual(1);
  expect(after.steal ?? 0).toBeWithin(0, 1.001);
  for (const socket of sockets) socket.end();
});
