import { expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { Reachability } from "../../src/transport/reachable.ts";
import { closedPort, RawServer } from "./raw-server.ts";

const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);

test.skipIf(!addresses.some(({ address }) => address === "::1"))("knows an IPv6 address in its brackets", async () => {
  using server = Bun.listen({ hostname: "::1", port: 0, socket: { data() {} } });
  const reachability = new Reachability(() => performance.now(), 2000);
  expect(await reachability.check(`http://[::1]:${server.port}/`)).toBe(true);
});

test("tells a listening address from one where nobody listens", async () => {
  using server = new RawServer(() => {});
  const reachability = new Reachability(() => performance.now(), 2000);
  expect(await reachability.check(`http://127.0.0.1:${server.port}/v1/x`)).toBe(true);
  expect(await reachability.check(`http://localhost:${server.port}/`)).toBe(true);
  expect(await reachability.check(`http://127.0.0.1:${closedPort()}/`)).toBe(false);
  expect(await reachability.check("http://no-such-host.invalid/")).toBe(false);
});

test("asks once a second for each address, and lets go of its connection", async () => {
  using server = new RawServer(() => {});
  let now = 0;
  const reachability = new Reachability(() => now, 2000);
  const answers = Array.from({ length: 20 }, (_, k) => reachability.check(`${server.url}v1/${k}`));
  expect(await Promise.all(answers)).toEqual(answers.map(() => true));
  while (server.closed < 1) await Bun.sleep(5);
  expect(server.opened).toBe(1);
  now = 999;
  await reachability.check(server.url);
  expect(server.opened).toBe(1);
  now = 1001;
  await reachability.check(server.url);
  expect(server.opened).toBe(2);
});
