import { describe, expect, test } from "bun:test";
import { Preparer } from "../../src/engine/prepared.ts";
import { engineEnvironment } from "../../src/run/engine-environment.ts";
import { FetchTransport } from "../../src/transport/fetch.ts";
import { CHUNKED_HEAD, chunkOf, RawServer, replyOf } from "./raw-server.ts";
import { fetched, ResponseLog, requestTo, travelOf } from "./response-log.ts";
import { paramsOf } from "./run-fixture.ts";

const now = () => performance.now();

describe("order and times", () => {
  test("head, pieces, one end; the pieces are the body and the stamps go forward", async () => {
    using server = new RawServer(async (peer) => {
      peer.write(CHUNKED_HEAD);
      for (const text of ["one ", "two ", "three"]) {
        await Bun.sleep(40);
        peer.write(chunkOf(text));
      }
      await Bun.sleep(40);
      peer.write("0\r\n\r\n");
    });
    const start = now();
    const log = await fetched(requestTo(server.url));
    const stop = now();
    expect(log.calls).toEqual(["head", "piece", "piece", "piece", "end"]);
    expect(log.text).toBe("one two three");
    const stamps = log.entries.map(({ stamp }) => stamp);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(stamps[0]!).toBeGreaterThanOrEqual(start);
    expect(stamps.at(-1)!).toBeLessThanOrEqual(stop);
    // The server took at least 160 ms from its head to its end: they are not one read.
    expect(stamps.at(-1)! - stamps[0]!).toBeGreaterThan(40);
  });

  test("no body: head and end", async () => {
    for (const reply of [replyOf(200, {}), "HTTP/1.1 204 No Content\r\n\r\n"]) {
      using server = new RawServer((peer) => peer.write(reply));
      expect((await fetched(requestTo(server.url))).calls).toEqual(["head", "end"]);
    }
  });

  test("a body that ends with the connection is whole", async () => {
    using server = new RawServer((peer) => {
      peer.write("HTTP/1.1 200 OK\r\n\r\nhello");
      peer.end();
    });
    const log = await fetched(requestTo(server.url));
    expect(log.calls.at(-1)).toBe("end");
    expect(log.text).toBe("hello");
  });

  test("cut in the middle: what came, then one failure", async () => {
    using server = new RawServer((peer) => {
      peer.write(CHUNKED_HEAD + chunkOf("some"));
      setTimeout(() => peer.end(), 30);
    });
    const log = await fetched(requestTo(server.url));
    await Bun.sleep(30);
    expect(log.calls).toEqual(["head", "piece", "fail"]);
    expect(log.text).toBe("some");
  });

  test("an interim reply is not taken for the reply", async () => {
    const reply = Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\n\r\n"), replyOf(200, {}, "ok")]);
    using server = new RawServer((peer) => peer.write(reply));
    const log = await fetched(requestTo(server.url));
    expect(log.entries[0]).toMatchObject({ call: "head", status: 200 });
    expect(log.text).toBe("ok");
  });
});

describe("what goes out", () => {
  test("method, headers and body as they are, and no other encoding than identity is asked for", async () => {
    using server = new RawServer((peer) => peer.write(replyOf(200, {}, "{}")));
    const plugin = { name: "p", buildRequest: () => ({ body: { a: 1 }, headers: { "X-Own": "1" } }) };
    const preparer = new Preparer(plugin, paramsOf(), server.url, { authorization: "Bearer k" });
    const made = await preparer.prepare(1, { kind: "prompt", prompt: "x" });
    if (made.kind !== "ready") throw new Error(made.kind);
    await fetched(made.prepared.wire);
    const [head] = server.heads;
    const lines = head!.toLowerCase().split("\r\n");
    expect(lines[0]).toBe("post / http/1.1");
    for (const wanted of [
      "content-type: application/json",
      "authorization: bearer k",
      "x-own: 1",
      "content-length: 7",
    ]) {
      expect(lines).toContain(wanted);
    }
    expect(lines.filter((line) => line.startsWith("accept-encoding"))).toEqual(["accept-encoding: identity"]);
  });

  test("a GET goes out without a body", async () => {
    using server = new RawServer((peer) => peer.write(replyOf(200, {}, "{}")));
    await fetched(requestTo(server.url, { method: "GET", body: null }));
    expect(server.heads[0]).toStartWith("GET / HTTP/1.1");
  });

  test("a redirect is an answer, not a way", async () => {
    using elsewhere = new RawServer((peer) => peer.write(replyOf(200, {}, "there")));
    for (const status of [301, 302, 303, 307, 308]) {
      using server = new RawServer((peer) => peer.write(replyOf(status, { location: elsewhere.url })));
      const log = await fetched(requestTo(server.url));
      expect(log.entries[0]).toMatchObject({ call: "head", status });
      expect(log.calls.at(-1)).toBe("end");
    }
    expect(elsewhere.opened).toBe(0);
  });

  test("the proxies of the environment are not obeyed", async () => {
    using server = new RawServer((peer) => peer.write(replyOf(200, {}, "server")));
    using proxy = new RawServer((peer) => peer.write(replyOf(200, {}, "proxy")));
    const program = `
      import { FetchTransport } from ${JSON.stringify(`${import.meta.dir}/../../src/transport/fetch.ts`)};
      let text = "";
      new FetchTransport({ now: () => performance.now(), ...${JSON.stringify(travelOf())} }).send(
        { url: process.env.TARGET, method: "POST", headers: {}, body: "{}" },
        {
          head() {},
          piece: (bytes) => { text += new TextDecoder().decode(bytes); },
          end: () => process.stdout.write(text),
          fail: (kind, message) => process.stdout.write(kind + ": " + message),
        },
      );
    `;
    const answerIn = async (env: NodeJS.ProcessEnv) => {
      const command = [process.execPath, "-e", program];
      return Bun.spawn(command, { env, stdout: "pipe", stderr: "inherit" }).stdout.text();
    };
    const { NO_PROXY: _1, no_proxy: _2, ...own } = process.env;
    for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY"]) {
      const env = { ...own, TARGET: server.url, [name]: proxy.url };
      expect(await answerIn(engineEnvironment(env, 1))).toBe("server");
      // Nor in a process that has them: a script runs its engine in its own.
      expect(await answerIn(env)).toBe("server");
    }
    expect(proxy.opened).toBe(0);
  });
});

describe("giving up", () => {
  test("before the head, in the middle and after the end: nothing more is heard, and the server is told", async () => {
    using silent = new RawServer(() => {});
    const unheard = new ResponseLog();
    const give = new FetchTransport(travelOf()).send(requestTo(silent.url), unheard);
    while (silent.heads.length === 0) await Bun.sleep(5);
    give();
    await Bun.sleep(50);
    expect(unheard.calls).toEqual([]);
    expect(silent.closed).toBe(1);

    using endless = new RawServer((peer) => {
      peer.write(CHUNKED_HEAD);
      const timer = setInterval(() => peer.write(chunkOf("x")), 5);
      setTimeout(() => clearInterval(timer), 300);
    });
    const cut = new ResponseLog();
    const giveUp = new FetchTransport(travelOf()).send(requestTo(endless.url), cut);
    await cut.firstPiece;
    giveUp();
    const heard = cut.calls.length;
    await Bun.sleep(100);
    expect(cut.calls.length).toBe(heard);
    expect(cut.calls).not.toContain("end");
    expect(cut.calls).not.toContain("fail");
    expect(endless.closed).toBe(1);

    using quick = new RawServer((peer) => peer.write(replyOf(200, {}, "ok")));
    const whole = new ResponseLog();
    const giveUpLate = new FetchTransport(travelOf()).send(requestTo(quick.url), whole);
    await whole.ended;
    const calls = [...whole.calls];
    giveUpLate();
    giveUpLate();
    await Bun.sleep(20);
    expect(whole.calls).toEqual(calls);
  });

  test("at once: nothing is heard", async () => {
    using server = new RawServer((peer) => peer.write(replyOf(200, {}, "ok")));
    const log = new ResponseLog();
    new FetchTransport(travelOf()).send(requestTo(server.url), log)();
    await Bun.sleep(50);
    expect(log.calls).toEqual([]);
  });
});
