import type { DatasetPlugin, Source } from "../contract/dataset.ts";
import type { Params } from "../contract/params.ts";
import { fitToTemplate } from "../dataset/chat-template.ts";
import { toInput } from "../dataset/input-shape.ts";
import { inTime } from "./in-time.ts";
import { sampleParams } from "./sample-inputs.ts";

/** So many items of a pass are looked at: it may be endless. */
const ITEMS = 100;

/** Holds a dataset to its contract: two passes over its first items, with a chat template and without. */
export async function datasetFaults(plugin: DatasetPlugin, given: Partial<Params>, source: Source): Promise<string[]> {
  const faults = new Set<string>();
  const ways = given.applyChatTemplate === undefined ? [true, false] : [given.applyChatTemplate];
  for (const applyChatTemplate of ways) {
    const trial = new Trial(plugin, sampleParams({ ...given, applyChatTemplate }), source, faults);
    await trial.run();
  }
  return [...faults];
}

class Trial {
  constructor(
    readonly plugin: DatasetPlugin,
    readonly params: Params,
    readonly source: Source,
    readonly faults: Set<string>,
  ) {}

  async run(): Promise<void> {
    const first = await this.#pass();
    if (first === null) return;
    if (first.length === 0) this.faults.add("buildMessages gives nothing at all");
    for (const [index, item] of first.entries()) this.#checkItem(item, index + 1);
    const second = await this.#pass();
    if (second !== null && !Bun.deepEquals(first, second)) {
      this.faults.add(
        "buildMessages: a second pass gives something else; the same parameters must give the same items",
      );
    }
  }

  /** The first items, copied as they came: what they become later is the plugin's affair. null: it failed. */
  async #pass(): Promise<unknown[] | null> {
    const params = structuredClone(this.params);
    try {
      return await this.#read(this.plugin.buildMessages(params, this.source));
    } catch (error) {
      this.faults.add(`buildMessages fails: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    } finally {
      if (!Bun.deepEquals(params, this.params)) this.faults.add("buildMessages changes params");
    }
  }

  async #read(items: unknown): Promise<unknown[]> {
    const iterator = iteratorOf(items);
    if (iterator === null) throw new TypeError("it must give an iterable; write it as *buildMessages(...)");
    const read: unknown[] = [];
    while (read.length < ITEMS) {
      const { done, value } = await inTime(iterator.next());
      if (done) return read;
      read.push(copied(value));
    }
    await inTime(iterator.return?.());
    return read;
  }

  #checkItem(item: unknown, number: number): void {
    try {
      const input = toInput(item);
      // A picture in a plain prompt is refused when it comes to that: no fault of a dataset that has pictures.
      if (this.params.applyChatTemplate) fitToTemplate(input, true);
    } catch (error) {
      this.faults.add(`item ${number} ${(error as Error).message}`);
    }
  }
}

function iteratorOf(items: unknown): Iterator<unknown> | AsyncIterator<unknown> | null {
  if (typeof items !== "object" || items === null) return null;
  if (Symbol.asyncIterator in items) return (items as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return Symbol.iterator in items ? (items as Iterable<unknown>)[Symbol.iterator]() : null;
}

/** A value that cannot be copied could not be sent to an engine either, but its shape says that more plainly. */
function copied(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return value;
  }
}
