import type { EventSplitter, OnEvent } from "./splitter.ts";

/** RFC 7464 (json-seq) begins every record with one. */
const RECORD_SEPARATOR = /^\u001e/;

/** Newline-delimited JSON: every line that is not blank is an event. Linear for lines that come in many pieces. */
export class NdjsonSplitter implements EventSplitter {
  #parts: string[] = [];

  constructor(readonly onEvent: OnEvent) {}

  feed(text: string): void {
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      this.#parts.push(text.slice(from, end));
      this.#emit();
      from = end + 1;
    }
    if (from < text.length) this.#parts.push(text.slice(from));
  }

  flush(): void {
    this.#emit();
  }

  #emit(): void {
    const line = this.#parts.join("").replace(RECORD_SEPARATOR, "").trim();
    this.#parts = [];
    if (line !== "") this.onEvent(line, undefined);
  }
}
