import { expect, test } from "bun:test";
import { FetchTransport } from "../../src/transport/fetch.ts";

/** Sends one request and gives the message of its failure; null: it succeeded. */
function failureOf(url: string): Promise<{ kind: string; message: string } | null> {
  return new Promise((resolve) => {
    const transport = new FetchTransport(() => performance.now());
    transport.send(
      { url, method: "POST", headers: {}, body: "{}" },
      {
        head: () => {},
        piece: () => {},
        end: () => resolve(null),
        fail: (kind, message) => resolve({ kind, message }),
      },
    );
  });
}

test("a kept connection that the server has closed behind fetch's back is named as such", async () => {
  let served = 0;
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        served++;
        // A server that does not say that it closes: the second request finds the connection gone.
        if (served === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        else socket.terminate();
      },
    },
  });
  const url = `http://127.0.0.1:${server.port}/`;
  expect(await failureOf(url)).toBeNull();
  const failure = await failureOf(url);
  expect(failure?.kind).toBe("reset");
  expect(failure?.message).toContain("reused connection");
});

test("a connection that is lost while the server works is not", async () => {
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        setTimeout(() => socket.terminate(), 60);
      },
    },
  });
  const failure = await failureOf(`http://127.0.0.1:${server.port}/`);
  expect(failure?.kind).toBe("reset");
  expect(failure?.message).not.toContain("reused connection");
});
