import type { RunConfig } from "../config/run-config.ts";
import { isLeastBusy } from "./aim.ts";
import { type Prepared, sentTo } from "./prepared.ts";

/**
 * Sends each request to the URL with the fewest of this engine's in flight; of equals they take turns. A conversation
 * stays where its first turn went. Does nothing in a run that chooses otherwise.
 */
export class LeastBusy {
  readonly #urls: string[];
  readonly #inFlight = new Map<string, number>();
  /** Where the next look begins. */
  #next = 0;

  constructor({ targets }: Pick<RunConfig, "targets">) {
    this.#urls = targets !== undefined && isLeastBusy(targets) ? targets.urls : [];
  }

  /** The request with its URL, which counts as busier until `forget`. */
  aim(prepared: Prepared): Prepared {
    const { aim, spec, turn } = prepared;
    if (this.#urls.length === 0 || aim === undefined) return prepared;
    // One that its plugin wrote a URL for was built with the first.
    const endpoint = spec.url !== undefined ? this.#urls[0]! : (turn?.conversation.endpoint ?? this.#fewest());
    if (turn !== undefined) turn.conversation.endpoint = endpoint;
    this.#inFlight.set(endpoint, this.#of(endpoint) + 1);
    return { ...sentTo(prepared, endpoint), aim: { ...aim, endpoint } };
  }

  /** It has ended. */
  forget({ aim }: Prepared): void {
    if (this.#urls.length === 0 || aim === undefined || aim.endpoint === null) return;
    this.#inFlight.set(aim.endpoint, this.#of(aim.endpoint) - 1);
  }

  #fewest(): string {
    const urls = this.#urls.map((_, index) => this.#urls[(this.#next + index) % this.#urls.length]!);
    const best = urls.reduce((least, url) => (this.#of(url) < this.#of(least) ? url : least));
    this.#next = (this.#urls.indexOf(best) + 1) % this.#urls.length;
    return best;
  }

  #of(url: string): number {
    return this.#inFlight.get(url) ?? 0;
  }
}
