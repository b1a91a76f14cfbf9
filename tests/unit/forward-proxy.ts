import net from "node:net";

/** A proxy as small as can be: tunnels what is asked by CONNECT, answers all else itself. */
export class ForwardProxy implements AsyncDisposable {
  /** Heads of what was asked of it, without its tunnels' own traffic. */
  readonly heads: string[] = [];
  readonly #server: net.Server;

  private constructor(readonly refuses: boolean) {
    this.#server = net.createServer((client) => this.#serve(client));
  }

  static async start({ refuses = false } = {}): Promise<ForwardProxy> {
    const proxy = new ForwardProxy(refuses);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as net.AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
  }

  #serve(client: net.Socket): void {
    client.on("error", () => {});
    client.once("data", (bytes) => {
      const head = bytes.toString("latin1").split("\r\n\r\n")[0]!;
      this.heads.push(head);
      if (this.refuses) {
        client.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      const target = /^CONNECT (.+):(\d+) /.exec(head);
      if (target === null) {
        client.end("HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\nby a proxy!");
        return;
      }
      const server = net.connect(Number(target[2]), target[1]!, () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        client.pipe(server).pipe(client);
      });
      server.on("error", () => client.destroy());
    });
  }
}
