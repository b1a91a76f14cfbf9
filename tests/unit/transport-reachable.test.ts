import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { type Reach, Reachability } from "../../src/transport/reachable.ts";
import { closedPort, RawServer } from "./raw-server.ts";
import { SELF_SIGNED } from "./self-signed.ts";

const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
const PLAIN = { proxy: null, unix: null };
const now = () => performance.now();

/** Looks until there is an answer. */
async function found(reachability: Reachability, url: string): Promise<Reach> {
  for (let tries = 0; tries < 1000; tries++) {
    const reach = reachability.look(url, 0);
    if (reach !== null) return reach;
    await Bun.sleep(10);
  }
  throw new Error("no answer");
}

const reachOf = (url: string, way = PLAIN as { proxy: string | null; unix: string | null }, limitMs = 2000) =>
  found(new Reachability(now, way, limitMs), url);

test.skipIf(!addresses.some(({ address }) => address === "::1"))("knows an IPv6 address in its brackets", async () => {
  using server = Bun.listen({ hostname: "::1", port: 0, socket: { data() {} } });
  expect(await reachOf(`http://[::1]:${server.port}/`)).toBe("reachable");
});

test("tells a listening address from one where nobody listens", async () => {
  using server = new RawServer(() => {});
  expect(await reachOf(`http://127.0.0.1:${server.port}/v1/x`)).toBe("reachable");
  expect(await reachOf(`http://localhost:${server.port}/`)).toBe("reachable");
  expect(await reachOf(`http://127.0.0.1:${closedPort()}/`)).toBe("unreachable");
  expect(await reachOf("http://no-such-host.invalid/")).toBe("unreachable");
});

test("asks once a second for each address, and lets go of its connection", async () => {
  using server = new RawServer(() => {});
  let time = 1;
  const reachability = new Reachability(() => time, PLAIN, 2000);
  for (let k = 0; k < 20; k++) expect(reachability.look(`${server.url}v1/${k}`, 0)).toBeNull();
  expect(await found(reachability, server.url)).toBe("reachable");
  while (server.closed < 1) await Bun.sleep(5);
  expect(server.opened).toBe(1);
  time = 1000;
  expect(reachability.look(server.url, 0)).toBe("reachable");
  expect(server.opened).toBe(1);
  time = 1001;
  expect(reachability.look(server.url, 0)).toBeNull();
  while (server.opened < 2) await Bun.sleep(5);
});

test("an answer from before a request says nothing of it", async () => {
  let time = 1;
  const reachability = new Reachability(() => time, PLAIN, 2000);
  const url = `http://127.0.0.1:${closedPort()}/`;
  expect(await found(reachability, url)).toBe("unreachable");
  time = 5;
  expect(reachability.look(url, 1)).toBe("unreachable");
  expect(reachability.look(url, 3)).toBeNull();
});

describe.skipIf(process.platform !== "linux" || Bun.which("python3") === null)("a full accept queue", () => {
  /** One that nobody is let in to: it never accepts, and its queue is one place long. */
  async function full() {
    const program = [
      "import socket, sys, time",
      "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(0)",
      "print(s.getsockname()[1], flush=True)",
      "time.sleep(60)",
    ].join("\n");
    const child = Bun.spawn(["python3", "-c", program], { stdout: "pipe" });
    const reader = child.stdout.getReader();
    const port = Number(Buffer.from((await reader.read()).value!).toString());
    const open: Bun.Socket<undefined>[] = [];
    const socket = { data() {}, open: (opened: Bun.Socket<undefined>) => void open.push(opened), connectError() {} };
    for (let k = 0; k < 4; k++) Bun.connect({ hostname: "127.0.0.1", port, socket }).catch(() => {});
    await Bun.sleep(300);
    return {
      url: `http://127.0.0.1:${port}/`,
      open,
      [Symbol.dispose]: () => {
        for (const opened of open) opened.terminate();
        child.kill();
      },
    };
  }

  test("is reachable as long as somebody is connected: who waits inside waits for an answer", async () => {
    using queue = await full();
    expect(queue.open.length).toBeGreaterThan(0);
    expect(await reachOf(queue.url, PLAIN, 500)).toBe("reachable");
    // By name too.
    expect(await reachOf(queue.url.replace("127.0.0.1", "localhost"), PLAIN, 500)).toBe("reachable");
  });

  test("lets nobody in: unreachable, once nobody is connected", async () => {
    using queue = await full();
    const reachability = new Reachability(now, PLAIN, 500);
    for (const opened of queue.open) opened.terminate();
    await Bun.sleep(50);
    expect(await found(reachability, queue.url)).toBe("unreachable");
  });
});

describe("https", () => {
  const silent = () => Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });

  test("a server that speaks TLS, whoever vouches for it", async () => {
    using server = Bun.serve({ port: 0, hostname: "127.0.0.1", tls: SELF_SIGNED, fetch: () => new Response("x") });
    expect(await reachOf(`https://127.0.0.1:${server.port}/`)).toBe("reachable");
  });

  test("one that says nothing to the handshake; its connection is let go of", async () => {
    let closed = 0;
    using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {}, close: () => void closed++ } });
    expect(await reachOf(`https://127.0.0.1:${server.port}/`, PLAIN, 300)).toBe("no-tls");
    while (closed < 1) await Bun.sleep(5);
  });

  test("one that refuses the handshake has answered: the request meets that itself", async () => {
    using server = new RawServer(() => {});
    using plain = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("x") });
    expect(await reachOf(`https://127.0.0.1:${plain.port}/`)).toBe("reachable");
    expect(await reachOf(`https://127.0.0.1:${closedPort()}/`)).toBe("unreachable");
    expect(server.opened).toBe(0);
  });

  test("one that has answered before speaks TLS, however late it is now", async () => {
    using server = silent();
    const reachability = new Reachability(now, PLAIN, 300);
    reachability.answered(`https://127.0.0.1:${server.port}/v1/a`);
    expect(await found(reachability, `https://127.0.0.1:${server.port}/v1/b`)).toBe("reachable");
  });

  test("behind a proxy the proxy's address is what counts, without TLS", async () => {
    using proxy = silent();
    const way = { proxy: `http://127.0.0.1:${proxy.port}`, unix: null };
    expect(await reachOf("https://no-such-host.invalid/", way, 500)).toBe("reachable");
    const gone = { proxy: `http://127.0.0.1:${closedPort()}`, unix: null };
    expect(await reachOf("https://no-such-host.invalid/", gone, 500)).toBe("unreachable");
  });
});

test("a Unix socket stands for the host", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reach-"));
  const unix = join(folder, "s");
  using _server = Bun.listen({ unix, socket: { data() {} } });
  expect(await reachOf("http://no-such-host.invalid/", { proxy: null, unix })).toBe("reachable");
  expect(await reachOf("http://no-such-host.invalid/", { proxy: null, unix: `${unix}x` })).toBe("unreachable");
  rmSync(folder, { recursive: true });
});
