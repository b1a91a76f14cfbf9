/** Something that happens at times of its own choosing. */
export interface Paced {
  /** When next, on `performance.now()`'s scale. Set by its owner, never while the pacer holds it. */
  due: number;
  /** Does whatever is due and sets the next `due`; false: there is none for now. Never called early. */
  fire(): boolean;
}

/** Milliseconds of firing after which the sockets are read again: a request that waits unread is not yet counted. */
const SLICE_MS = 2;

/**
 * Fires any number of paced things from one timer. Due times are absolute, so lateness (up to 1 ms, the timer's grain,
 * on a quiet machine) never adds up; whatever comes due within that grain is done in one go, which is what makes a
 * thousand streams affordable. A binary heap: some ten comparisons for each firing, nothing beside the write it leads to.
 */
export class Pacer {
  #heap: Paced[] = [];
  #timer: Timer | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #armedFor = Infinity;
  #firing = false;

  add(item: Paced): void {
    const heap = this.#heap;
    heap.push(item);
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (heap[parent]!.due <= item.due) break;
      heap[child] = heap[parent]!;
      child = parent;
    }
    heap[child] = item;
    if (!this.#firing && item.due < this.#armedFor) this.#arm();
  }

  stop(): void {
    this.#disarm();
    this.#heap = [];
  }

  #disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
    this.#armedFor = Infinity;
  }

  #arm(): void {
    this.#disarm();
    const first = this.#heap[0];
    if (first === undefined) return;
    this.#armedFor = first.due;
    const wait = first.due - performance.now();
    // A zero timeout would wait a whole millisecond; an immediate lets the sockets be read first and then goes on.
    if (wait <= 0) this.#immediate = setImmediate(() => this.#tick());
    else this.#timer = setTimeout(() => this.#tick(), Math.ceil(wait));
  }

  #tick(): void {
    const now = performance.now();
    this.#firing = true;
    for (let first = this.#heap[0]; first !== undefined && first.due <= now; first = this.#heap[0]) {
      this.#removeFirst();
      if (first.fire()) this.add(first);
      if (performance.now() - now > SLICE_MS) break;
    }
    this.#firing = false;
    this.#arm();
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const moved = heap.pop()!;
    if (heap.length === 0) return;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.due < heap[child]!.due) child++;
      if (heap[child]!.due >= moved.due) break;
      heap[hole] = heap[child]!;
      hole = child;
    }
    heap[hole] = moved;
  }
}
