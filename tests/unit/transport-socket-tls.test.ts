import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replyOf } from "./raw-server.ts";
import { requestTo } from "./response-log.ts";
import { SELF_SIGNED } from "./self-signed.ts";
import { KeepingServer, sent, socketTransport } from "./socket-fixture.ts";

/** A certificate for localhost that was good for the first day of 2020. */
const EXPIRED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgn0MVOAzQ7ihw7IkU
XxcdK/OBwVkKGycY5e/IcYhA7eyhRANCAAQvGUYSz+5rPk4Ks0OVnfmSUVO/Z3fJ
g/mZFkTAYnJdkg9BJ4yUe4h1kdtteRYU5R4EDM9Fhu/kHqJObXJooYgq
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBYjCCAQigAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwHhcNMjAwMTAxMDAwMDAwWhcNMjAwMTAyMDAwMDAwWjAUMRIwEAYDVQQDDAls
b2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQvGUYSz+5rPk4Ks0OV
nfmSUVO/Z3fJg/mZFkTAYnJdkg9BJ4yUe4h1kdtteRYU5R4EDM9Fhu/kHqJObXJo
oYgqo0swSTAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwDAYDVR0TBAUwAwEB
/zAdBgNVHQ4EFgQUHSvoc64vk8/KYOkng5kTs3kilUswCgYIKoZIzj0EAwIDSAAw
RQIgRbJZF7ywCb2wtAKq3rJS9VmS38kY0VowcD01cySaq1UCIQCyEy4lBxItMiZM
Xzhgl3JgWNDGlobOSMnEkXSObW8JjA==
-----END CERTIFICATE-----`,
};

const OK = replyOf(200, {}, "ok");
const folder = mkdtempSync(join(tmpdir(), "plumb-tls-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const trusted = fileOf("trusted.pem", SELF_SIGNED.cert);
const answering = (tls: Bun.TLSOptions) => new KeepingServer((socket) => void socket.write(OK), { tls });

describe("certificates", () => {
  test("one of an authority that was named; its connection is kept, and the handshake has a time", async () => {
    using server = answering(SELF_SIGNED);
    const transport = socketTransport({ caFile: trusted });
    for (const host of ["localhost", "127.0.0.1"]) {
      const url = `https://${host}:${server.port}/`;
      const first = await sent(transport, requestTo(url));
      expect(first).toMatchObject({ text: "ok", passage: { newConnection: true } });
      expect(first.passage!.tlsS!).toBeGreaterThan(0);
      expect(await sent(transport, requestTo(url))).toMatchObject({
        text: "ok",
        passage: { newConnection: false, connectS: null, tlsS: null },
      });
    }
    expect(server.opened).toBe(2);
  });

  test("that nobody vouches for, that has expired, that is for another host: tls, and which", async () => {
    using own = answering(SELF_SIGNED);
    using old = answering(EXPIRED);
    const expired = fileOf("expired.pem", EXPIRED.cert);
    const other = `${folder}/other.sock`;
    const listener = Bun.listen({ unix: other, tls: SELF_SIGNED, socket: { data: () => {}, error: () => {} } });
    const failures = [
      await sent(socketTransport(), requestTo(`https://localhost:${own.port}/`)),
      await sent(socketTransport({ caFile: expired }), requestTo(`https://localhost:${old.port}/`)),
      await sent(socketTransport({ caFile: trusted, unix: other }), requestTo("https://example.com/")),
    ].map(({ failure }) => failure);
    listener.stop(true);
    expect(failures.map(({ kind }) => kind)).toEqual(["tls", "tls", "tls"]);
    expect(failures[0]!.message).toMatch(/self.signed/i);
    expect(failures[1]!.message).toMatch(/expired/i);
    expect(failures[2]!.message).toMatch(/another host|altname/i);
    // Nothing of the request was told to a server that is not who it should be.
    expect(own.asked).toEqual([]);
    expect(old.asked).toEqual([]);
  });

  test("--insecure takes any", async () => {
    using old = answering(EXPIRED);
    expect((await sent(socketTransport({ insecure: true }), requestTo(`https://127.0.0.1:${old.port}/`))).text).toBe(
      "ok",
    );
  });

  test("the environment does not decide it", async () => {
    using server = answering(SELF_SIGNED);
    const program = `
      import { sent, socketTransport } from ${JSON.stringify(`${import.meta.dir}/socket-fixture.ts`)};
      import { requestTo } from ${JSON.stringify(`${import.meta.dir}/response-log.ts`)};
      const log = await sent(socketTransport(), requestTo("https://localhost:${server.port}/"));
      process.stdout.write(log.failure.kind);
      process.exit(0);
    `;
    const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    const child = Bun.spawn([process.execPath, "-e", program], { env, stdout: "pipe", stderr: "inherit" });
    expect(await child.stdout.text()).toBe("tls");
  });
});

describe("handshakes that come to nothing", () => {
  const failing = async (answer: "silent end" | "reset" | "HTTP") => {
    const listener = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data: (socket) => {
          if (answer === "silent end") socket.end();
          else if (answer === "reset") socket.terminate();
          else socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        },
        error: () => {},
      },
    });
    const { failure } = await sent(socketTransport(), requestTo(`https://127.0.0.1:${listener.port}/`));
    listener.stop(true);
    return failure;
  };

  test("closed, reset, or answered by a server that speaks no TLS", async () => {
    for (const answer of ["silent end", "reset"] as const) {
      expect(await failing(answer)).toEqual({
        kind: "tls",
        message: "the connection was closed during the TLS handshake",
      });
    }
    expect(await failing("HTTP")).toMatchObject({ kind: "tls" });
  });

  test("given up in the middle: nothing is heard", async () => {
    const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {}, error: () => {} } });
    const calls: string[] = [];
    const giveUp = socketTransport().send(requestTo(`https://127.0.0.1:${listener.port}/`), {
      travels: () => {},
      resent: () => calls.push("resent"),
      head: () => calls.push("head"),
      piece: () => calls.push("piece"),
      end: () => calls.push("end"),
      fail: () => calls.push("fail"),
    });
    await Bun.sleep(50);
    giveUp();
    await Bun.sleep(50);
    expect(calls).toEqual([]);
    listener.stop(true);
  });
});

test("a request larger than the system's buffers goes out whole", async () => {
  using server = answering(SELF_SIGNED);
  const body = "x".repeat(6_000_000);
  const log = await sent(socketTransport({ insecure: true }), requestTo(`https://localhost:${server.port}/`, { body }));
  expect(log.text).toBe("ok");
  expect(server.asked[0]!.body.length).toBe(body.length);
  expect(log.passage!.wireSent).toBe(server.asked[0]!.head.length + 4 + body.length);
});
