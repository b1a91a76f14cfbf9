/** A smallest-first queue of numbers in a fixed block of memory: no object is made for an entry. */
export class NumberHeap {
  #size = 0;
  readonly #items: Float64Array;

  constructor(capacity: number) {
    this.#items = new Float64Array(capacity);
  }

  push(value: number): void {
    const items = this.#items;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent]! <= value) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = value;
  }

  /** The smallest number, taken out; null when empty. */
  pop(): number | null {
    if (this.#size === 0) return null;
    const items = this.#items;
    const smallest = items[0]!;
    const moved = items[--this.#size]!;
    const size = this.#size;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && items[child + 1]! < items[child]!) child++;
      if (items[child]! >= moved) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = moved;
    return smallest;
  }
}
