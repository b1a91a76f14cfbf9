import type { Delta, ServerEvent } from "../contract/api.ts";

export type TextDelta = Extract<Delta, { text: string }>;

/** A stream whose events differ in more than their text (a nonce in each) is not asked again after so many tries. */
const MOST_MISSES = 8;
/** What does not stand inside a JSON string as it is. */
const NOT_PLAIN = /["\\\u0000-\u001f]/;

/**
 * Events of a stream that differ in one JSON string alone. One is parsed and read; those that follow with the same text
 * before and behind that string are then JSON too and mean the same but for the string, which is all that is looked at:
 * a fifth of a microsecond an event, where parsing and reading take five with the garbage they leave.
 *
 * Sound only for readers that say `repeatable`.
 */
export class EventShape {
  /** The one that the shape was learned from. */
  delta: TextDelta = { kind: "text", text: "" };
  #name: string | undefined;
  #before = "";
  #behind = "";
  #known = false;
  #misses = 0;

  /** The event's text, where it is of the known shape; null: it must be read. */
  match(data: string, name: string | undefined): string | null {
    if (!this.#known) return null;
    const end = data.length - this.#behind.length;
    if (end <= this.#before.length || name !== this.#name) return this.#miss();
    if (!data.startsWith(this.#before) || !data.endsWith(this.#behind)) return this.#miss();
    const text = data.slice(this.#before.length, end);
    return NOT_PLAIN.test(text) ? (unescaped(text) ?? this.#miss()) : text;
  }

  /** Takes the shape of an event that has been read, where its one delta is a text that stands in it once. */
  learn(event: ServerEvent, deltas: Delta[]): void {
    const delta = deltas[0];
    if (this.#misses >= MOST_MISSES || deltas.length !== 1 || delta === undefined) return;
    if (!("text" in delta) || delta.text === "" || delta.tokens !== undefined) return;
    // What opens a tool call has more in it than a text; the pieces of its arguments have not.
    if (delta.call?.id !== undefined || delta.call?.name !== undefined) return;
    const written = `"${delta.text}"`;
    const at = event.data.indexOf(written);
    if (at === -1 || event.data.indexOf(written, at + 1) !== -1) return;
    // Behind an escape the text could stand in another form, and what was found be something else.
    if (NOT_PLAIN.test(delta.text) || event.data.includes("\\")) return;
    this.#before = event.data.slice(0, at + 1);
    this.#behind = event.data.slice(at + written.length - 1);
    this.#name = event.name;
    this.delta = delta;
    this.#known = true;
  }

  #miss(): null {
    this.#known = false;
    this.#misses++;
    return null;
  }
}

/** A text with escapes in it, a line break say; null: it is more than one JSON string. */
function unescaped(text: string): string | null {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return null;
  }
}
