import type { Server } from "bun";

interface Asked {
  prompt?: string;
  stream?: boolean;
}

/**
 * The service that plugins/examples/api/own_reader.ts and websocket.ts speak to, and a few replies that no service should
 * give. The prompt "cut" is answered by half a reply.
 */
export class WordService implements Disposable {
  /** Seconds from word to word. */
  static readonly gapS = 0.02;
  readonly key = "k-of-the-service";
  readonly #server: Server<undefined>;

  constructor() {
    this.#server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request, server) => this.#answer(request, server),
      websocket: {
        message: async (socket, message) => {
          for await (const event of events(JSON.parse(String(message)) as Asked)) socket.send(event);
          socket.close();
        },
      },
    });
  }

  get root(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  url(path: string): string {
    return this.root + path;
  }

  [Symbol.dispose](): void {
    void this.#server.stop(true);
  }

  async #answer(request: Request, server: Server<undefined>): Promise<Response | undefined> {
    const { pathname } = new URL(request.url);
    if (request.method === "POST" && request.headers.get("content-type") !== "application/json") {
      return new Response("JSON is wanted", { status: 415 });
    }
    if (pathname === "/text") return new Response("just words");
    if (pathname === "/sorry") return Response.json({ error: { message: "out of memory" } });
    if (request.headers.get("x-service-key") !== this.key) return new Response("no such key", { status: 401 });
    if (pathname === "/socket" && server.upgrade(request)) return undefined;
    if (pathname !== "/generate") return new Response("no such path", { status: 404 });
    const asked = (await request.json()) as Asked;
    if (asked.stream !== true) return Response.json({ word: "a plumb line hangs", ...END });
    return new Response(asStream(events(asked)), { headers: { "content-type": "text/event-stream" } });
  }
}

const END = { done: true, counts: { prompt: 3, reply: 4 } };

async function* events({ prompt }: Asked): AsyncGenerator<string> {
  for (const word of prompt === "cut" ? ["a", " plumb"] : ["a", " plumb", " line", " hangs"]) {
    yield JSON.stringify({ word });
    await Bun.sleep(WordService.gapS * 1000);
  }
  if (prompt !== "cut") yield JSON.stringify(END);
}

async function* asStream(parts: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const part of parts) yield `data: ${part}\n\n`;
}
