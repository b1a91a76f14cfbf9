import type { InputTiming, Params, Source } from "plumb";
import type { TraceFormat } from "./trace-format.ts";
import { type Pace, TraceTimes } from "./trace-times.ts";

/** Bad lines that a message names; of the others it says how many there are. */
const MOST_NAMED = 20;

/** What of a trace is sent. */
export interface Survey extends InputTiming {
  /** Turns of conversations each count. */
  requests: number;
}

/**
 * Reads the part of a trace that is sent, once, before anything is: a line that is wrong at its end would else show after
 * hours.
 * @throws Error with every line that is wrong
 */
export async function survey(
  format: TraceFormat,
  path: string,
  pace: Pace,
  params: Params,
  source: Source,
): Promise<Survey> {
  const found: Survey = { requests: 0, inputs: 0, lastS: 0, mostASecond: 0 };
  const faults = new Faults();
  const times = new TraceTimes(pace);
  const second = new Second();
  let beforeS = Number.NEGATIVE_INFINITY;
  for await (const item of format.items(path, source, params)) {
    if (item.kind === "fault") {
      faults.add(`${item.where} ${item.message}`);
      continue;
    }
    const { timeS } = item.requests[0];
    if (timeS < beforeS) faults.add(`${item.where} is earlier than the line above: sort the trace by time`);
    beforeS = Math.max(beforeS, timeS);
    const due = times.place(item.requests);
    if (times.pastEnd) break;
    const [first] = due;
    if (first === undefined) continue;
    found.inputs++;
    found.requests += due.length;
    found.lastS = Math.max(found.lastS, first);
    found.mostASecond = Math.max(found.mostASecond, second.count(first));
  }
  faults.throwIfAny();
  return found;
}

class Faults {
  readonly #named: string[] = [];
  #others = 0;

  add(line: string): void {
    if (this.#named.length < MOST_NAMED) this.#named.push(line);
    else this.#others++;
  }

  throwIfAny(): void {
    if (this.#named.length === 0) return;
    const more = this.#others === 0 ? [] : [`and ${this.#others} more`];
    throw new Error([...this.#named, ...more].join("\n"));
  }
}

/** Counts what falls into each whole second, which is as near as it need be to the busiest one. */
class Second {
  #second = -1;
  #count = 0;

  count(timeS: number): number {
    const second = Math.floor(timeS);
    this.#count = second === this.#second ? this.#count + 1 : 1;
    this.#second = second;
    return this.#count;
  }
}
