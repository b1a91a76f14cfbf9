/** Requests that were to meet a fault. */
export interface FaultCount {
  /** It happened to so many. */
  met: number;
  /** The client went away before it could happen. */
  missed: number;
  /** Token events sent to those who met it, once their reply is over. */
  chunks: number;
}

/** What faults did, by name. */
export class FaultCounts {
  #counts = new Map<string, FaultCount>();

  met(name: string): void {
    this.#of(name).met++;
  }

  /** @param chunks token events, to one who met the fault */
  sent(name: string, chunks: number): void {
    this.#of(name).chunks += chunks;
  }

  missed(name: string): void {
    this.#of(name).missed++;
  }

  clear(): void {
    this.#counts.clear();
  }

  report(): Record<string, FaultCount> {
    return Object.fromEntries([...this.#counts].map(([name, count]) => [name, { ...count }]));
  }

  #of(name: string): FaultCount {
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    const count = { met: 0, missed: 0, chunks: 0 };
    this.#counts.set(name, count);
    return count;
  }
}
