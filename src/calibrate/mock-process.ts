import { UserError } from "../config/user-error.ts";
import type { RequestTruth } from "../mock/request-log.ts";
import { ENTRY } from "../run/engine-command.ts";

const START_MS = 20_000;
/** Requests at once, and how many times: its code is then compiled. */
const WARM_UP = { atOnce: 32, rounds: 2, tokens: 8 };

/** What the server is told: milliseconds, and tokens of a reply. */
export interface KnownTiming {
  ttftMs: number;
  itlMs: number;
  tokens: number;
}

/** `plumb mock` in a process of its own, on a free port of loopback: what it does takes no time from the engines' clock. */
export class MockProcess {
  private constructor(
    private readonly child: Bun.Subprocess<"ignore", "pipe", "inherit">,
    /** With "/v1". */
    readonly url: string,
  ) {}

  /** @throws UserError (exit 1) where it does not come up */
  static async start({ ttftMs, itlMs, tokens }: KnownTiming): Promise<MockProcess> {
    const program = Bun.isStandaloneExecutable ? [] : [ENTRY];
    const flags = ["--port", "0", "--ttft", ttftMs, "--itl", itlMs, "--tokens", tokens].map(String);
    const child = Bun.spawn([process.execPath, ...program, "mock", ...flags], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
    const url = await announcedUrl(child.stdout);
    clearTimeout(timer);
    if (url !== null) {
      const mock = new MockProcess(child, url);
      await mock.#warmUp();
      return mock;
    }
    child.kill("SIGKILL");
    throw new UserError("the embedded server did not start: try `plumb mock` by itself", 1);
  }

  /** What it knows of each request that it has finished, by the request's id. */
  async truths(): Promise<Map<string, RequestTruth>> {
    const reply = await fetch(`${this.url}/stats/requests`, { proxy: false } as RequestInit);
    const truths = (await reply.json()) as RequestTruth[];
    return new Map(truths.map((truth) => [truth.id, truth]));
  }

  /** A cold server reads its first requests late, and would lay that at plumb's door. */
  async #warmUp(): Promise<void> {
    const body = JSON.stringify({
      messages: [{ role: "user", content: "hi" }],
      max_tokens: WARM_UP.tokens,
      stream: true,
    });
    const request = { method: "POST", body, proxy: false } as RequestInit;
    const ask = async () => (await fetch(`${this.url}/chat/completions`, request)).text();
    for (let k = 0; k < WARM_UP.rounds; k++) await Promise.all(Array.from({ length: WARM_UP.atOnce }, ask));
    await fetch(`${this.url}/reset`, request);
  }

  async end(): Promise<void> {
    this.child.kill("SIGTERM");
    await this.child.exited;
  }
}

/** The address in the first line that it prints; null: it printed none. */
async function announcedUrl(stdout: ReadableStream<Uint8Array>): Promise<string | null> {
  const decoder = new TextDecoder();
  const reader = stdout.getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  return /^plumb mock on (http:\S+)$/m.exec(text)?.[1] ?? null;
}
