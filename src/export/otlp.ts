import type { LiveMetrics } from "./live-metrics.ts";
import { otlpMessage } from "./otlp-message.ts";

const EVERY_MS = 5000;
const PATIENCE_MS = 3000;

interface Collector {
  url: string;
  metrics: LiveMetrics;
  /** Of the run, as OpenTelemetry names a process that reports. */
  resource: Record<string, string>;
  /** Hears once where the collector does not take them. */
  notice(line: string): void;
}

/** Sends a run's metrics to an OpenTelemetry collector every 5 s and at the end: OTLP over HTTP, in JSON. */
export class OtlpSender {
  readonly #startMs = Date.now();
  readonly #timer = setInterval(() => void this.#send(), EVERY_MS);
  #sending: Promise<void> | null = null;
  #complained = false;

  constructor(readonly collector: Collector) {}

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sending;
    await this.#send();
  }

  #send(): Promise<void> {
    this.#sending ??= this.#post().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #post(): Promise<void> {
    const { url, metrics, resource } = this.collector;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(otlpMessage(metrics.read(), { startMs: this.#startMs, nowMs: Date.now() }, resource)),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
    } catch (error) {
      this.#complain((error as Error).message);
    }
  }

  #complain(reason: string): void {
    if (this.#complained) return;
    this.#complained = true;
    this.collector.notice(`cannot send metrics to ${this.collector.url}: ${reason}; the run goes on, and tries again`);
  }
}
