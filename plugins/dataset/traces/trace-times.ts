import type { TraceItem } from "./trace-format.ts";

/** How a trace's times become those of a load. */
export interface Pace {
  /** 2: twice as fast. */
  speed: number;
  /** The part of the trace that is sent, in seconds from its start; the end is not in it. */
  fromS: number;
  toS: number;
  /** Longest wait for the next request, or for a conversation's next turn, in seconds of the load. */
  maxIdleS: number;
}

type Requests = Extract<TraceItem, { kind: "requests" }>["requests"];

/** Lays a trace's requests along the time of a load, one item after the other. */
export class TraceTimes {
  #startS: number | null = null;
  /** Of the item before, in seconds from the trace's start. */
  #beforeS: number;
  /** What the caps on waiting have taken off so far, in seconds of the load. */
  #cutS = 0;
  #pastEnd = false;

  constructor(readonly pace: Pace) {
    this.#beforeS = pace.fromS;
  }

  /** The part that is sent lies behind. */
  get pastEnd(): boolean {
    return this.#pastEnd;
  }

  /**
   * When each of an item's requests is due, in seconds from the load's start. Turns behind the window's end are left out;
   * a conversation that began before it is left out whole, for nobody could go on with it.
   */
  place(requests: Requests): number[] {
    this.#startS ??= requests[0].timeS;
    const [first, ...rest] = requests.map(({ timeS }) => timeS - this.#startS!) as [number, ...number[]];
    const { speed, fromS, toS, maxIdleS } = this.pace;
    this.#pastEnd ||= first >= toS;
    if (first < fromS || first >= toS) return [];
    this.#cutS += Math.max(0, (first - this.#beforeS) / speed - maxIdleS);
    this.#beforeS = first;
    const times = [(first - fromS) / speed - this.#cutS];
    let beforeS = first;
    let cutS = this.#cutS;
    for (const timeS of rest) {
      if (timeS >= toS) break;
      cutS += Math.max(0, (timeS - beforeS) / speed - maxIdleS);
      times.push((timeS - fromS) / speed - cutS);
      beforeS = timeS;
    }
    return times;
  }
}
