import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectionConfig } from "../../src/config/run-config.ts";
import type { ErrorKind } from "../../src/record/outcome.ts";
import { FetchTransport } from "../../src/transport/fetch.ts";
import { fetchRouteOf, socketRouteOf } from "../../src/transport/fetch-route.ts";
import { FetchSession } from "../../src/transport/session.ts";
import { SessionFailure } from "../../src/transport/session-failure.ts";
import { Authority, HAS_OPENSSL } from "./certificates.ts";
import { ForwardProxy } from "./forward-proxy.ts";
import { closedPort } from "./raw-server.ts";
import { fetched, ResponseLog, requestTo, travelOf } from "./response-log.ts";
import { SELF_SIGNED } from "./self-signed.ts";

type Told = { text: string } | { kind: ErrorKind; message: string };
type Way = Partial<ConnectionConfig>;
/** Asks a service for a text by one of the ways that plumb has of asking. */
type Asking = (url: string, way?: Way, credentials?: string | null) => Promise<Told>;

const folder = mkdtempSync(join(tmpdir(), "route-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function byTransport(url: string, way?: Way, credentials?: string | null): Promise<Told> {
  const log = await fetched(requestTo(url), travelOf(way, credentials));
  return log.calls.at(-1) === "end" ? { text: log.text } : log.failure;
}

function sessionOf(url: string, way?: Way, credentials?: string | null): FetchSession {
  const travel = travelOf(way, credentials);
  const routes = { fetch: fetchRouteOf(travel), socket: socketRouteOf(travel) };
  return new FetchSession({ url, headers: {} }, routes, travel.now, new AbortController().signal, () => {});
}

async function told(work: Promise<string>): Promise<Told> {
  try {
    return { text: await work };
  } catch (error) {
    if (error instanceof SessionFailure) return { kind: error.kind, message: error.message };
    throw error;
  }
}

const bySession: Asking = (url, way, credentials) =>
  told(
    (async () => {
      const reply = await sessionOf(url, way, credentials).fetch({ body: "{}" });
      return String((await reply.text()).data);
    })(),
  );

const bySocket: Asking = (url, way, credentials) =>
  told(
    (async () => {
      const socket = await sessionOf(url, way, credentials).socket("/");
      socket.send("hello");
      for await (const { data } of socket) {
        socket.close();
        return String(data);
      }
      return "";
    })(),
  );

const WAYS: [string, Asking][] = [
  ["the load", byTransport],
  ["a plugin's fetch", bySession],
  ["a plugin's WebSocket", bySocket],
];

const ANSWER = {
  fetch: (request: Request, server: Bun.Server<undefined>) =>
    server.upgrade(request) ? undefined : new Response("hello"),
  websocket: {
    message: (socket: Bun.ServerWebSocket<undefined>, message: string | Buffer) => void socket.send(message),
  },
};

describe.skipIf(!HAS_OPENSSL).each(WAYS)("TLS, %s", (_, asking) => {
  const authority = new Authority();
  afterAll(() => authority[Symbol.dispose]());
  const DAY = 86_400_000;
  const good = authority.sign();
  const expired = authority.sign({ from: new Date(Date.now() - 9 * DAY), to: new Date(Date.now() - 2 * DAY) });
  const wrong = authority.sign({ for: "DNS:other.example" });

  const serve = ({ cert, key }: { cert: string; key: string }) =>
    Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls: { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") },
      ...ANSWER,
    });

  test("an authority of one's own is trusted where it is named, and only there", async () => {
    using server = serve(good);
    const url = `https://localhost:${server.port}/`;
    expect(await asking(url)).toMatchObject({ kind: "tls", message: expect.stringContaining("verify") as never });
    expect(await asking(url, { caFile: authority.file })).toEqual({ text: "hello" });
    expect(await asking(url, { insecure: true })).toEqual({ text: "hello" });
  });

  test.each([
    ["expired", expired, /CERT_HAS_EXPIRED.*expired/],
    ["for another host", wrong, /ERR_TLS_CERT_ALTNAME_INVALID.*(another host|altnames)/],
    ["self-signed", authority.selfSigned(), /DEPTH_ZERO_SELF_SIGNED_CERT.*self.signed/],
  ])(
    "a certificate that is %s: the message says so, and --insecure lets it pass",
    async (_name, certificate, message) => {
      using server = serve(certificate);
      const url = `https://127.0.0.1:${server.port}/?key=secret`;
      const refused = await asking(url, { caFile: authority.file });
      expect(refused).toMatchObject({ kind: "tls", message: expect.stringMatching(message) as never });
      expect(JSON.stringify(refused)).not.toContain("secret");
      expect(await asking(url, { caFile: authority.file, insecure: true })).toEqual({ text: "hello" });
    },
  );
});

test.skipIf(!HAS_OPENSSL)("an authority that is named stands beside the system's, not in their place", async () => {
  using system = new Authority();
  using own = new Authority();
  const program = `
    const { tlsTrustOf } = await import(${JSON.stringify(`${import.meta.dir}/../../src/transport/tls-trust.ts`)});
    const tls = tlsTrustOf({ caFile: process.env.OWN, insecure: false });
    for (const url of process.env.URLS.split(" ")) {
      const reply = await fetch(url, { tls, proxy: false }).catch((error) => ({ status: error.code }));
      process.stdout.write(reply.status + " ");
    }
  `;
  const servers = [system.sign(), own.sign(), system.selfSigned()].map(({ cert, key }) =>
    Bun.serve({ hostname: "127.0.0.1", port: 0, tls: { cert: Bun.file(cert), key: Bun.file(key) }, ...ANSWER }),
  );
  const URLS = servers.map(({ port }) => `https://127.0.0.1:${port}/`).join(" ");
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: system.file, OWN: own.file, URLS };
  const child = Bun.spawn([process.execPath, "-e", program], { env, stdout: "pipe", stderr: "inherit" });
  expect(await child.stdout.text()).toBe("200 200 DEPTH_ZERO_SELF_SIGNED_CERT ");
  for (const server of servers) await server.stop(true);
});

describe("a proxy", () => {
  test.each(WAYS.slice(0, 2))("%s: plain HTTP is handed to it, with its credentials", async (_, asking) => {
    await using proxy = await ForwardProxy.start();
    expect(await asking("http://nowhere.example/x", { proxy: proxy.url }, "me:p@ss")).toEqual({ text: "by a proxy!" });
    expect(proxy.heads[0]).toStartWith("POST http://nowhere.example/x HTTP/1.1");
    expect(proxy.heads[0]!.toLowerCase()).toContain(
      `proxy-authorization: basic ${Buffer.from("me:p@ss").toString("base64")}`.toLowerCase(),
    );
  });

  test.each(WAYS)("%s: TLS goes through it, and it hears no more than the host", async (_, asking) => {
    await using proxy = await ForwardProxy.start();
    using server = Bun.serve({ hostname: "127.0.0.1", port: 0, tls: SELF_SIGNED, ...ANSWER });
    const way = { proxy: proxy.url, insecure: true };
    expect(await asking(`https://localhost:${server.port}/`, way, "me:p@ss")).toEqual({ text: "hello" });
    expect(proxy.heads).toHaveLength(1);
    expect(proxy.heads[0]).toStartWith(`CONNECT localhost:${server.port} HTTP/1.1`);
    expect(proxy.heads[0]).toContain(Buffer.from("me:p@ss").toString("base64"));
  });

  test("that is not there, or will not: connect, with its own word", async () => {
    const gone = await byTransport("https://localhost:1/", { proxy: `http://127.0.0.1:${closedPort()}` });
    expect(gone).toMatchObject({ kind: "connect" });
    await using proxy = await ForwardProxy.start({ refuses: true });
    const refused = await byTransport("https://localhost:1/", { proxy: proxy.url });
    expect(refused).toMatchObject({ kind: "connect", message: expect.stringContaining("407") as never });
  });

  test("NO_PROXY was heard when the run was set up, and is not heard again", async () => {
    await using proxy = await ForwardProxy.start();
    const before = process.env.NO_PROXY;
    process.env.NO_PROXY = "*";
    try {
      expect(await byTransport("http://nowhere.example/", { proxy: proxy.url })).toEqual({ text: "by a proxy!" });
    } finally {
      if (before === undefined) delete process.env.NO_PROXY;
      else process.env.NO_PROXY = before;
    }
  });
});

describe.each(WAYS)("a Unix socket, %s", (_, asking) => {
  test("stands for the URL's host, which is still named in the request", async () => {
    const hosts: (string | null)[] = [];
    const unix = join(folder, crypto.randomUUID());
    using _server = Bun.serve({
      unix,
      fetch: (request, self) => {
        hosts.push(request.headers.get("host"));
        return ANSWER.fetch(request, self as never);
      },
      websocket: ANSWER.websocket as never,
    });
    expect(await asking("http://model.example:8000/v1/x", { unix })).toEqual({ text: "hello" });
    expect(hosts).toEqual(["model.example:8000"]);
  });

  test("that is not there: connect", async () => {
    const unix = join(folder, "none");
    expect(await asking("http://model.example/", { unix })).toMatchObject({ kind: "connect" });
    writeFileSync(join(folder, "plain"), "no socket");
    expect(await asking("http://model.example/", { unix: join(folder, "plain") })).toMatchObject({ kind: "connect" });
  });
});

test.each([
  ["pooled", 1],
  ["new", 4],
] as const)("connections, %s: %d for four requests", async (use, opened) => {
  const ports = new Set<number>();
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, self) => {
      ports.add(self.requestIP(request)!.port);
      return new Response("ok");
    },
  });
  const transport = new FetchTransport(travelOf({ use }));
  for (let k = 0; k < 4; k++) {
    const log = new ResponseLog();
    transport.send(requestTo(`http://127.0.0.1:${server.port}/`), log);
    await log.ended;
  }
  expect(ports.size).toBe(opened);
});
