import type { ApiPlugin } from "../contract/api.ts";
import type { Finished } from "../engine/protocol.ts";
import { Sampler } from "../engine/sampler.ts";
import type { RecordedRequest } from "../record/outcome.ts";
import type { RunWriter } from "../record/writer.ts";
import { Completion } from "./completion.ts";
import { MachineSampler } from "./machine-sampler.ts";
import type { RunObserver } from "./observer.ts";
import type { TokenCounting } from "./token-counting.ts";

const COMMIT_MS = 250;
const SAMPLE_MS = 1000;

interface IntakeLinks {
  api: ApiPlugin;
  counting: TokenCounting;
  writer: RunWriter;
  observer: RunObserver;
  /** Requests are in the record's queue. */
  recorded(requests: RecordedRequest[]): void;
  /** The file cannot be written. */
  failed(error: unknown): void;
}

/** What engines report, on its way into the record; and how the main process itself is doing. */
export class Intake {
  readonly #completion: Completion;
  readonly #sampler = new Sampler(-1);
  readonly #machine = new MachineSampler();
  readonly #inFlight = new Map<number, number>();
  #timers: ReturnType<typeof setInterval>[] = [];
  #done = 0;
  /** Batches are completed and recorded one after the other, in the order they came. */
  #recording: Promise<void> = Promise.resolve();

  constructor(readonly links: IntakeLinks) {
    this.#completion = new Completion(links.api, links.counting);
  }

  open(): void {
    this.#timers = [setInterval(() => this.#commit(), COMMIT_MS), setInterval(() => this.#sample(), SAMPLE_MS)];
  }

  /** Waits until everything is recorded. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#sampler.stop();
    await this.#recording;
    await this.#addRest();
    for (const line of this.#completion.notices()) this.links.observer.notice(line);
  }

  stageBegins(): void {
    this.#sampler.restart();
  }

  /** Waits until everything that has come of it is recorded. */
  async stageEnds(): Promise<void> {
    await this.#recording;
    await this.#addRest();
    this.#sample();
  }

  /** What could not be counted while the load went on. */
  async #addRest(): Promise<void> {
    const rest = await this.#completion.rest();
    if (rest.length > 0) this.add(rest);
  }

  finished(requests: Finished[]): void {
    this.#recording = this.#recording.then(async () => this.add(await this.#completion.complete(requests)));
  }

  /** Complete ones. */
  add(requests: RecordedRequest[]): void {
    this.#done += requests.length;
    this.links.writer.add(requests);
    this.links.observer.finished(requests);
    this.links.recorded(requests);
  }

  inFlight(engine: number, count: number): void {
    this.#inFlight.set(engine, count);
    this.links.observer.inFlight(this.#allInFlight());
  }

  #allInFlight(): number {
    return this.#inFlight.values().reduce((sum, count) => sum + count, 0);
  }

  #commit(): void {
    try {
      this.links.writer.commit();
      this.links.writer.checkpointIfDue();
    } catch (error) {
      this.links.failed(error);
    }
  }

  #sample(): void {
    const inFlight = this.#allInFlight();
    const own = this.#sampler.sample({ inFlight, sent: this.#done + inFlight, done: this.#done });
    this.links.writer.sample({ ...own, ...this.#machine.sample() });
  }
}
