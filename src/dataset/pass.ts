import type { DatasetPlugin, Source } from "../contract/dataset.ts";
import type { Params } from "../contract/params.ts";

type Step = IteratorResult<unknown>;

/** One pass over a dataset's data, and what became of it. */
export class Pass {
  /** Items taken from the dataset so far. */
  read = 0;
  /** Those that became an input. */
  used = 0;
  /** Items left out for their length. */
  leftOut = 0;
  readonly #items: Iterator<unknown> | AsyncIterator<unknown>;

  /** @throws what the plugin throws; TypeError where it makes nothing that can be iterated */
  constructor(plugin: DatasetPlugin, params: Params, source: Source) {
    const items: unknown = plugin.buildMessages(params, source);
    if (!isIterable(items)) throw new TypeError("buildMessages must give an iterable; write it as *buildMessages(...)");
    this.#items = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  }

  next(): Step | Promise<Step> {
    return this.#items.next();
  }

  /** Lets go of what the dataset holds open. */
  async end(): Promise<void> {
    await this.#items.return?.();
  }
}

function isIterable(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  return typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
}
