import { expect, test } from "bun:test";
import { UserError } from "../../src/config/user-error.ts";
import { Engines } from "../../src/run/engines.ts";
import { FakeEngine } from "./fake-engine.ts";
import { configOf } from "./run-fixture.ts";

async function enginesOf(count: number) {
  const fakes = Array.from({ length: count }, (_, index) => new FakeEngine(index));
  return { fakes, engines: await Engines.start(fakes) };
}

test("every engine gets its number and the configuration", async () => {
  const { fakes, engines } = await enginesOf(3);
  const secrets = { headers: {}, urlCredentials: null, proxyCredentials: null };
  await engines.configure("run", configOf(), secrets);
  for (const fake of fakes) expect(fake.orders).toMatchObject([{ type: "start", engine: fake.index, runId: "run" }]);
});

test("one that does not come up ends the others too", async () => {
  const fakes = [new FakeEngine(0), new FakeEngine(1)];
  const ended: number[] = [];
  for (const fake of fakes) {
    fake.end = async () => {
      ended.push(fake.index);
    };
  }
  fakes[1]!.handshake = () => Promise.reject(new UserError("engine 1 did not start", 1));
  await expect(Engines.start(fakes)).rejects.toThrow("engine 1 did not start");
  expect(ended.sort()).toEqual([0, 1]);
});

test("a probe goes to the first engine and comes back by its token, whatever the order", async () => {
  const { fakes, engines } = await enginesOf(2);
  fakes[0]!.probeResult = null;
  const probes = ["a", "b"].map((url) => engines.probe({ kind: "get", url }));
  await Promise.resolve();
  const tokens = fakes[0]!.orders.map((order) => (order.type === "probe" ? order.token : -1));
  for (const token of tokens.toReversed()) {
    fakes[0]!.onMessage({ type: "probed", token, result: { ok: true, status: 200, body: `${token}` } });
  }
  expect(await Promise.all(probes)).toMatchObject(tokens.map((token) => ({ body: `${token}` })));
  expect(fakes[1]!.orders).toEqual([]);
});

test("a probe does not wait for an engine that is lost, before or after", async () => {
  const { fakes, engines } = await enginesOf(1);
  fakes[0]!.probeResult = null;
  const waiting = engines.probe({ kind: "generate" });
  await Promise.resolve();
  fakes[0]!.die("exit code 3");
  const lost = { ok: false, kind: "engine_lost", message: "exit code 3" } as const;
  expect(await waiting).toMatchObject(lost);
  expect(await engines.probe({ kind: "generate" })).toMatchObject(lost);
  expect([...engines.lost]).toEqual([[0, "exit code 3"]]);
});

test("everything else is passed on with the engine's number", async () => {
  const { fakes, engines } = await enginesOf(2);
  const heard: unknown[] = [];
  engines.onMessage = (engine, message) => heard.push([engine, message.type]);
  engines.onLost = (engine, reason) => heard.push([engine, reason]);
  fakes[1]!.beat([], 0);
  fakes[0]!.die("gone");
  expect(heard).toEqual([
    [1, "beat"],
    [0, "gone"],
  ]);
});
