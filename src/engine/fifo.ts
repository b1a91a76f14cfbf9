/** Consumed places that may stay at the front before the rest is moved down. */
const MOST_CONSUMED = 256;

/** First in, first out. An index instead of Array.shift, which moves everything behind it every time. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** The oldest; undefined: there is none. */
  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#head];
    // Nobody else may hold it any more.
    this.#items[this.#head++] = undefined;
    // Half at least is moved away with the rest, so that a place costs one move on the average, however long the line.
    if (this.#head > MOST_CONSUMED && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
