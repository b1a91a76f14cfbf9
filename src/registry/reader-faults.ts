import type { ApiPlugin, Delta, Reader, RequestSpec, ServerEvent } from "../contract/api.ts";
import { openaiReader } from "../contract/openai-reader.ts";
import { deltaFault } from "./delta-fault.ts";
import { SAMPLE_BODIES, SAMPLE_STREAMS, STRAY_EVENTS, spoilt } from "./sample-replies.ts";

/** Of what a reader was given, in a fault's line. */
const EXCERPT = 120;
/** Whatever may stand in a text's place. */
const OTHER_TEXTS = [" ", "  Two Words\n", "你好", "stop"];

/** Holds an API's reader to its contract: with streams of the usual APIs, with each of them spoilt, and with strays. */
export function readerFaults(plugin: ApiPlugin, request: RequestSpec): string[] {
  const made = makeReaders(plugin, request);
  if (typeof made === "string") return [made];
  const trial = new Trial(made);
  const before = trial.tellAll();
  trial.spoil();
  trial.stray();
  if (!Bun.deepEquals(trial.tellAll(), before)) {
    trial.faults.add("reader: what one reply said changes how the next is read; a reader's state must be its own");
  }
  if (made().repeatable === true) trial.repeat();
  return [...trial.faults];
}

function makeReaders(plugin: ApiPlugin, request: RequestSpec): string | (() => Reader) {
  const make = () => plugin.reader?.(request) ?? openaiReader(request);
  try {
    const [one, two] = [make(), make()];
    for (const member of ["event", "body"] as const) {
      if (typeof one[member] !== "function") return `reader gives an object whose ${member} is no function`;
    }
    if (!["boolean", "undefined"].includes(typeof one.repeatable))
      return "reader: repeatable is neither true nor false";
    return one === two ? "reader gives the same object for every request: make a new one each time" : make;
  } catch (error) {
    return `reader throws: ${wordsOf(error)}`;
  }
}

class Trial {
  readonly faults = new Set<string>();

  constructor(readonly make: () => Reader) {}

  /** Everything that is made of the samples. */
  tellAll(): Delta[][] {
    return [
      ...SAMPLE_STREAMS.map((stream) => {
        const reader = this.make();
        return stream.flatMap((data) => this.#event(reader, data));
      }),
      ...SAMPLE_BODIES.map((body) => this.#body(body)),
    ];
  }

  /** A server may send anything: whatever it is, it is no reason to break down. */
  spoil(): void {
    for (const stream of SAMPLE_STREAMS) {
      for (const data of stream) {
        const reader = this.make();
        for (const other of typeof data === "string" ? [] : spoilt(data)) this.#event(reader, other);
      }
    }
    for (const body of SAMPLE_BODIES) {
      for (const other of typeof body === "string" ? [] : spoilt(body)) this.#body(other);
    }
  }

  stray(): void {
    for (const data of STRAY_EVENTS) {
      const deltas = this.#event(this.make(), data);
      if (deltas.some(({ kind }) => kind === "end")) this.#add("event", "ends the reply", data);
    }
  }

  /** What `repeatable` promises, of every event in the samples that is one text and nothing else. */
  repeat(): void {
    for (const stream of SAMPLE_STREAMS) {
      for (const [place, data] of stream.entries()) {
        const said = this.#event(this.#after(stream.slice(0, place)), data);
        const [delta] = said;
        if (said.length !== 1 || delta === undefined || !("text" in delta) || delta.tokens !== undefined) continue;
        this.#repeatOne(stream, place, said);
        this.#replaceText(stream, place, delta);
      }
    }
  }

  #repeatOne(stream: (object | string)[], place: number, said: Delta[]): void {
    const data = stream[place];
    const rest = (reader: Reader) => stream.slice(place + 1).flatMap((later) => this.#event(reader, later));
    const once = this.#after(stream.slice(0, place + 1));
    const thrice = this.#after(stream.slice(0, place));
    const repeated = [data, data, data].flatMap((again) => this.#event(thrice, again));
    if (Bun.deepEquals(repeated, [said, said, said].flat()) && Bun.deepEquals(rest(once), rest(thrice))) return;
    this.#add("repeatable", "is promised, but it matters how often this comes:", data);
  }

  #replaceText(stream: (object | string)[], place: number, delta: Delta & { text: string }): void {
    const before = JSON.stringify(delta.text);
    const [head, tail, ...more] = textOf(stream[place]).split(before);
    // Not there as it is, or more than once: plumb reads such an event whole.
    if (head === undefined || tail === undefined || more.length > 0) return;
    for (const text of OTHER_TEXTS) {
      const data = head + JSON.stringify(text) + tail;
      const said = this.#event(this.#after(stream.slice(0, place)), data);
      if (Bun.deepEquals(said, [{ ...delta, text }])) continue;
      this.#add("repeatable", "is promised, but the text that is given is not the one in", data);
    }
  }

  /** A reader that has read these events. */
  #after(events: (object | string)[]): Reader {
    const reader = this.make();
    for (const data of events) this.#event(reader, data);
    return reader;
  }

  #event(reader: Reader, data: unknown): Delta[] {
    return this.#read("event", data, (event) => reader.event(event));
  }

  #body(data: unknown): Delta[] {
    const reader = this.make();
    return this.#read("body", data, ({ data: text, json }) => reader.body(text, json));
  }

  #read(member: string, data: unknown, read: (event: ServerEvent) => Delta[]): Delta[] {
    const text = textOf(data);
    try {
      const deltas: unknown = read({ data: text, json: jsonOf(text) });
      if (!Array.isArray(deltas)) {
        this.#add(member, "gives no list of deltas for", data);
        return [];
      }
      const fault = deltas.map(deltaFault).find((found) => found !== null);
      if (fault !== undefined) this.#add(member, `gives ${fault} for`, data);
      // A list that is given again and again must not be seen growing.
      return fault === undefined ? structuredClone(deltas as Delta[]) : [];
    } catch (error) {
      this.#add(member, `throws (${wordsOf(error)}) on`, data);
      return [];
    }
  }

  /** The first of each sort: the others say no more. */
  #add(member: string, what: string, data: unknown): void {
    const start = `reader: ${member} ${what}`;
    if ([...this.faults].some((fault) => fault.startsWith(start))) return;
    const text = textOf(data);
    this.faults.add(`${start} ${text.length <= EXCERPT ? text || "nothing" : `${text.slice(0, EXCERPT)}…`}`);
  }
}

function textOf(data: unknown): string {
  return typeof data === "string" ? data : JSON.stringify(data);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : "something that is no Error";
}
