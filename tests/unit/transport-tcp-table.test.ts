import { describe, expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { isConnected } from "../../src/transport/tcp-table.ts";
import { closedPort, RawServer } from "./raw-server.ts";

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));

async function connect(hostname: string, port: number) {
  const socket = await Bun.connect({ hostname, port, socket: { data() {} } });
  return { [Symbol.dispose]: () => socket.terminate() };
}

describe.skipIf(process.platform !== "linux")("the kernel's table", () => {
  test("has a connection as long as it stands, under its own address and port alone", async () => {
    using server = new RawServer(() => {});
    expect(await isConnected(["127.0.0.1"], server.port)).toBe(false);
    {
      using _open = await connect("127.0.0.1", server.port);
      expect(await isConnected(["127.0.0.1"], server.port)).toBe(true);
      expect(await isConnected(["10.1.2.3", "127.0.0.1"], server.port)).toBe(true);
      expect(await isConnected(["127.0.0.2"], server.port)).toBe(false);
      expect(await isConnected(["127.0.0.1"], closedPort())).toBe(false);
      expect(await isConnected([], server.port)).toBe(false);
      expect(await isConnected(["not an address"], server.port)).toBe(false);
    }
    while (server.closed < 1) await Bun.sleep(5);
    expect(await isConnected(["127.0.0.1"], server.port)).toBe(false);
  });

  test.skipIf(!hasIPv6)("has those of IPv6, however the address is written", async () => {
    using server = Bun.listen({ hostname: "::1", port: 0, socket: { data() {} } });
    using _open = await connect("::1", server.port);
    for (const address of ["::1", "0:0:0:0:0:0:0:1", "0::0:1", "::1%lo"]) {
      expect(await isConnected([address], server.port)).toBe(true);
    }
    for (const address of ["::2", "1::", "fe80::1", "::ffff:127.0.0.1"]) {
      expect(await isConnected([address], server.port)).toBe(false);
    }
  });

  test.skipIf(!hasIPv6)("has those of IPv4 that go through a socket of IPv6", async () => {
    using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    using _open = await connect("::ffff:127.0.0.1", server.port);
    expect(await isConnected(["127.0.0.1"], server.port)).toBe(true);
  });
});
