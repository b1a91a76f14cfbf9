import type { Answer, ToolCall } from "../contract/api.ts";
import type { TextDelta } from "./event-shape.ts";

/** What a model said in one reply, put together from its pieces: of its first choice alone. */
export class HeardAnswer {
  readonly #text: string[] = [];
  readonly #reasoning: string[] = [];
  /** By their place in the reply. */
  readonly #calls = new Map<number, ToolCall>();

  /** @param delta of this text, or of an earlier one like it */
  add(delta: TextDelta, text: string): void {
    if ((delta.choice ?? 0) !== 0) return;
    if (delta.kind === "text") this.#text.push(text);
    else if (delta.kind === "reasoning") this.#reasoning.push(text);
    else if (delta.call !== undefined)
      this.#call(delta.call, delta.text === text ? (delta.call.arguments ?? "") : text);
  }

  #call({ index, id, name }: NonNullable<TextDelta["call"]>, written: string): void {
    const call = this.#calls.get(index) ?? { id: "", name: "", arguments: "" };
    this.#calls.set(index, {
      id: call.id || (id ?? ""),
      name: call.name || (name ?? ""),
      arguments: call.arguments + written,
    });
  }

  whole(): Answer {
    const calls = [...this.#calls].sort(([a], [b]) => a - b).map(([, call]) => call);
    return { text: this.#text.join(""), reasoning: this.#reasoning.join(""), calls };
  }
}
