import { expect, test } from "bun:test";
import fc from "fast-check";
import { failureOf } from "../../src/transport/failure.ts";
import { CHUNKED_HEAD, chunkOf, closedPort, type Peer, RawServer, replyOf } from "./raw-server.ts";
import { fetched, requestTo, travelOf } from "./response-log.ts";
import { SELF_SIGNED } from "./self-signed.ts";

async function kindFrom(answer: (peer: Peer) => void) {
  using server = new RawServer(answer);
  return (await fetched(requestTo(server.url))).failure;
}

test("nobody listens: connect, with the native code", async () => {
  const { failure } = await fetched(requestTo(`http://127.0.0.1:${closedPort()}/`));
  expect(failure.kind).toBe("connect");
  expect(failure.message).toStartWith("ECONNREFUSED: ");
});

test("a name that does not exist: dns", async () => {
  const { failure } = await fetched(requestTo("http://no-such-host.invalid/"));
  expect(failure.kind).toBe("dns");
});

test("a certificate that nobody vouches for: tls", async () => {
  using server = Bun.serve({ port: 0, hostname: "127.0.0.1", tls: SELF_SIGNED, fetch: () => new Response("x") });
  const { failure } = await fetched(requestTo(`https://127.0.0.1:${server.port}/`));
  expect(failure.kind).toBe("tls");
  expect(failure.message).toContain("self signed");
});

test("https to a server that speaks http: tls", async () => {
  using plain = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("x") });
  expect((await fetched(requestTo(`https://127.0.0.1:${plain.port}/`))).failure.kind).toBe("tls");
});

test("a connection that goes before HTTP's framing ends: reset", async () => {
  const cuts: ((peer: Peer) => void)[] = [
    (peer) => peer.end(),
    (peer) => peer.reset(),
    (peer) => {
      peer.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc");
      peer.end();
    },
    (peer) => {
      peer.write(CHUNKED_HEAD + chunkOf("data: 1\n\n"));
      peer.end();
    },
    (peer) => {
      peer.write(CHUNKED_HEAD + chunkOf("data: 1\n\n"));
      setTimeout(() => peer.reset(), 30);
    },
  ];
  for (const cut of cuts) expect((await kindFrom(cut)).kind).toBe("reset");
});

test("what is no HTTP: protocol", async () => {
  expect((await kindFrom((peer) => peer.write("SSH-2.0-OpenSSH_9.2\r\n\r\n"))).kind).toBe("protocol");
  expect((await kindFrom((peer) => peer.write(`${CHUNKED_HEAD}zz\r\nhello\r\n`))).kind).toBe("protocol");
});

test("a body that is not compressed as it says: decode", async () => {
  for (const encoding of ["gzip", "br", "zstd"]) {
    const reply = replyOf(200, { "content-encoding": encoding }, "hello");
    expect((await kindFrom((peer) => peer.write(reply))).kind).toBe("decode");
  }
});

test("a request that cannot be sent: plugin, and not a word of the network", async () => {
  const url = "http://127.0.0.1:1/";
  const unsendable = [
    requestTo("not a url"),
    requestTo("ftp://127.0.0.1/"),
    requestTo(url, { headers: { "a b": "c" } }),
    requestTo(url, { headers: { a: "b\r\nc: d" } }),
    requestTo(url, { method: "GET", body: "{}" }),
  ];
  for (const request of unsendable) expect((await fetched(request)).failure.kind).toBe("plugin");
});

test("no descriptors left: local_resource", async () => {
  if (process.platform !== "linux") return;
  using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async () => {
      await Bun.sleep(500);
      return new Response("x");
    },
  });
  const program = `
    import { FetchTransport } from ${JSON.stringify(`${import.meta.dir}/../../src/transport/fetch.ts`)};
    const transport = new FetchTransport({ now: () => performance.now(), ...${JSON.stringify(travelOf())} });
    const kinds = [];
    const sink = { head() {}, piece() {}, end: () => done("ok"), fail: (kind) => done(kind) };
    function done(kind) {
      if (kinds.push(kind) === 100) process.stdout.write(JSON.stringify([...new Set(kinds)].sort()));
    }
    for (let k = 0; k < 100; k++) transport.send({ url: process.env.URL, method: "GET", headers: {}, body: null }, sink);
  `;
  const url = `http://127.0.0.1:${server.port}/`;
  const child = Bun.spawn(["sh", "-c", 'ulimit -n 48 && exec "$0" -e "$1"', process.execPath, program], {
    env: { ...process.env, URL: url, BUN_CONFIG_MAX_HTTP_REQUESTS: "65535" },
    stdout: "pipe",
    stderr: "inherit",
  });
  expect(JSON.parse(await child.stdout.text())).toEqual(["local_resource", "ok"]);
});

test("messages name the code once and give no advice to programmers", async () => {
  const { message } = await kindFrom((peer) => peer.end());
  expect(message).toStartWith("ECONNRESET: ");
  expect(message).not.toContain("verbose");
  expect(failureOf(Object.assign(new Error("EPIPE it was"), { code: "EPIPE" })).message).toBe("EPIPE it was");
});

test("anything that can be thrown becomes a kind and a text", () => {
  fc.assert(
    fc.property(fc.anything(), (thrown) => {
      const { kind, message } = failureOf(thrown);
      expect(kind).toBeString();
      expect(message).toBeString();
    }),
  );
});
