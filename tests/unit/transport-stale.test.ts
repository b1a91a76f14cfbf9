import { expect, test } from "bun:test";
import { FetchTransport } from "../../src/transport/fetch.ts";
import { travelOf } from "./response-log.ts";

/** Sends one request and says how it failed; null: it succeeded. */
function failureOf(
  url: string,
  transport = new FetchTransport(travelOf()),
): Promise<{ kind: string; resends: number } | null> {
  let resends = 0;
  return new Promise((resolve) => {
    transport.send(
      { url, method: "POST", headers: {}, body: "{}", conversation: null },
      {
        travels: () => {},
        head: () => {},
        piece: () => {},
        end: () => resolve(null),
        resent: () => resends++,
        fail: (kind) => resolve({ kind, resends }),
      },
    );
  });
}

test("a kept connection that the server has closed behind fetch's back costs one request a second attempt, once", async () => {
  let served = 0;
  const connections = new Set<unknown>();
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        served++;
        // A server that does not say that it closes: the second request finds the connection gone.
        if (connections.has(socket)) {
          socket.terminate();
          return;
        }
        connections.add(socket);
        socket.write("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=100\r\nContent-Length: 2\r\n\r\n{}");
      },
    },
  });
  const url = `http://127.0.0.1:${server.port}/`;
  const transport = new FetchTransport(travelOf());
  for (let k = 0; k < 6; k++) expect(await failureOf(url, transport)).toBeNull();
  // The second found its connection closed, and went out again; after that each had its own.
  expect(served).toBe(7);
  expect(connections.size).toBe(6);
});

test("a server that resets every connection at once is told of, after one second attempt in all", async () => {
  let served = 0;
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        served++;
        socket.terminate();
      },
    },
  });
  const transport = new FetchTransport(travelOf());
  const url = `http://127.0.0.1:${server.port}/`;
  expect(await failureOf(url, transport)).toEqual({ kind: "reset", resends: 1 });
  expect(await failureOf(url, transport)).toEqual({ kind: "reset", resends: 0 });
  expect(served).toBe(3);
});

test("a connection that is lost while the server works is a reset, with no second attempt", async () => {
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
  expect(failure).toEqual({ kind: "reset", resends: 0 });
});
