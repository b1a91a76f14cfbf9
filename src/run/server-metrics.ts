import type { ConnectionConfig } from "../config/run-config.ts";
import type { TelemetryConfig } from "../config/telemetry.ts";
import { serverFigure } from "../metrics/server-names.ts";
import type { ServerSampleRow } from "../record/rows.ts";
import { parsePrometheus } from "./prometheus-text.ts";

const EVERY_MS = 1000;
/** A page that takes longer is given up: the next one tells more. */
const PATIENCE_MS = 2000;
/** In bytes. */
const LONGEST_PAGE = 8_000_000;

interface Scraping {
  telemetry: TelemetryConfig | undefined;
  connection: Pick<ConnectionConfig, "insecure">;
  record(rows: ServerSampleRow[]): void;
  /** A page that cannot be read is told once, and tried again each second. */
  notice(line: string): void;
}

/** Reads the server's own metrics pages each second while a run goes on. No failure of theirs is one of the run. */
export class ServerMetrics {
  readonly #pages: Page[];
  readonly #timer: ReturnType<typeof setInterval> | null;
  #closed = false;

  constructor(scraping: Scraping) {
    const { telemetry } = scraping;
    const urls = [telemetry?.serverMetrics ?? null, telemetry?.gpuMetrics ?? null].filter((url) => url !== null);
    this.#pages = urls.map((url) => new Page(url, scraping));
    this.#timer = urls.length === 0 ? null : setInterval(() => this.read(), EVERY_MS);
  }

  /** A reading now, besides those of each second: counters are compared from a level's beginning to its end. */
  read(): void {
    const time = Date.now() / 1000;
    for (const page of this.#pages) void page.read(time);
  }

  /** One last reading; nothing where it is closed. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    const time = Date.now() / 1000;
    await Promise.all(this.#pages.map((page) => page.finish(time)));
  }
}

class Page {
  #reading: Promise<void> | null = null;
  #complained = false;

  constructor(
    readonly url: string,
    readonly scraping: Scraping,
  ) {}

  /**
   * Nothing where the reading before still goes on. Never rejects.
   * @param time when it was asked for, Unix seconds: readings of several pages at one moment belong together
   */
  read(time: number): Promise<void> {
    this.#reading ??= this.#scrape(time).finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async finish(time: number): Promise<void> {
    await this.#reading;
    await this.read(time);
  }

  async #scrape(time: number): Promise<void> {
    try {
      const response = await fetch(this.url, {
        signal: AbortSignal.timeout(PATIENCE_MS),
        redirect: "manual",
        // Whatever the environment says: as the load itself.
        proxy: false as never,
        tls: { rejectUnauthorized: !this.scraping.connection.insecure },
      });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const rows = this.#rows(await boundedText(response), time);
      if (rows.length === 0) throw new Error("it has no metric that plumb knows");
      this.scraping.record(rows);
    } catch (error) {
      this.#complain(error as Error);
    }
  }

  #rows(text: string, time: number): ServerSampleRow[] {
    const known = parsePrometheus(text, (name) => serverFigure(name) !== null);
    return [...known].map(({ name, labels, value }) => ({ time, name, labels: JSON.stringify(labels), value }));
  }

  #complain({ name, message }: Error): void {
    if (this.#complained) return;
    this.#complained = true;
    const reason = name === "TimeoutError" ? `no answer within ${PATIENCE_MS / 1000} s` : message;
    this.scraping.notice(
      `cannot read the metrics at ${this.url}: ${reason}; the run goes on, and tries again each second`,
    );
  }
}

/** A page is never so long; whatever else answers there must not fill the memory. */
async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    bytes += part.length;
    if (bytes > LONGEST_PAGE) throw new Error(`longer than ${LONGEST_PAGE / 1_000_000} MB`);
  }
  return Buffer.concat(parts).toString();
}
