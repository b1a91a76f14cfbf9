/** How long an answer stays good: at 1,000 late requests one connection tells for all. */
const FRESH_MS = 1000;

/** Whether a TCP connection to a URL's address comes about; asks at most once a second for each address. */
export class Reachability {
  readonly #answers = new Map<string, { askedAt: number; answer: Promise<boolean> }>();

  constructor(
    readonly now: () => number,
    readonly timeoutMs: number,
  ) {}

  check(url: string): Promise<boolean> {
    const { hostname, port, protocol, host } = new URL(url);
    const known = this.#answers.get(host);
    if (known !== undefined && this.now() - known.askedAt < FRESH_MS) return known.answer;
    const answer = connects(hostname, Number(port) || (protocol === "https:" ? 443 : 80), this.timeoutMs);
    this.#answers.set(host, { askedAt: this.now(), answer });
    return answer;
  }
}

function connects(hostname: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    const settle = (answer: boolean) => {
      clearTimeout(timer);
      resolve(answer);
    };
    Bun.connect({
      hostname: hostname.replace(/^\[|\]$/g, ""),
      port,
      socket: {
        open: (socket) => {
          socket.end();
          settle(true);
        },
        data: () => {},
        connectError: () => settle(false),
      },
    }).catch(() => settle(false));
  });
}
