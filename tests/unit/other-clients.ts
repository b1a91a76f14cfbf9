/** What a client made of a reply: its body in Latin-1, a character a byte, or that it refused it. */
export type Understood = { ok: true; status: number; body: string } | { ok: false; why: string };

/** Plays each reply to whoever asks for its number, and closes as one that has said everything. */
export class ReplyPlayer implements Disposable {
  readonly #listener;

  constructor(readonly replies: Uint8Array[]) {
    this.#listener = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data(socket, bytes) {
          const index = /^\w+ \/(\d+)/.exec(Buffer.from(bytes).toString("latin1"))?.[1];
          if (index !== undefined) socket.end(replies[Number(index)]!);
        },
        error: () => {},
      },
    });
  }

  url(index: number): string {
    return `http://127.0.0.1:${this.#listener.port}/${index}`;
  }

  [Symbol.dispose](): void {
    this.#listener.stop(true);
  }
}

export async function byFetch(url: string): Promise<Understood> {
  try {
    const response = await fetch(url, { redirect: "manual", keepalive: false, signal: AbortSignal.timeout(2000) });
    return { ok: true, status: response.status, body: Buffer.from(await response.arrayBuffer()).toString("latin1") };
  } catch (error) {
    return { ok: false, why: String(error) };
  }
}

const NODE_PROGRAM = `
  const { request } = require("node:http");
  const ask = (url) => new Promise((resolve) => {
    const refuse = (error) => resolve({ ok: false, why: String(error) });
    const sent = request(url, { agent: false, timeout: 2000 }, (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("error", refuse);
      response.on("end", () => resolve({
        ok: true, status: response.statusCode, body: Buffer.concat(pieces).toString("latin1"),
      }));
    });
    sent.on("error", refuse);
    sent.on("upgrade", () => refuse("upgrade"));
    sent.on("timeout", () => sent.destroy(new Error("timeout")));
    sent.end();
  });
  let text = "";
  process.stdin.on("data", (piece) => { text += piece; }).on("end", async () => {
    const urls = JSON.parse(text);
    const answers = [];
    for (let at = 0; at < urls.length; at += 16) answers.push(...await Promise.all(urls.slice(at, at + 16).map(ask)));
    process.stdout.write(JSON.stringify(answers));
  });
`;

/** Node's own parser, in a node of its own: Bun's node:http is another. */
export async function byNode(urls: string[]): Promise<Understood[]> {
  const child = Bun.spawn(["node", "-e", NODE_PROGRAM], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  child.stdin.write(JSON.stringify(urls));
  await child.stdin.end();
  return JSON.parse(await child.stdout.text()) as Understood[];
}

/** In groups: a listener's queue is short. */
export async function inGroups<T>(count: number, size: number, one: (index: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let at = 0; at < count; at += size) {
    const indexes = Array.from({ length: Math.min(size, count - at) }, (_, offset) => at + offset);
    all.push(...(await Promise.all(indexes.map(one))));
  }
  return all;
}
