import { createParser } from "eventsource-parser";
import type { EventSplitter, OnEvent } from "./splitter.ts";

/** Server-sent events, by eventsource-parser. */
export class SseSplitter implements EventSplitter {
  readonly #parser;

  constructor(onEvent: OnEvent) {
    this.#parser = createParser({ onEvent: (event) => onEvent(event.data, event.event) });
  }

  feed(text: string): void {
    this.#parser.feed(text);
  }

  /** The parser drops an event that the input's end cuts off before its blank line; it is wanted: it may be the end. */
  flush(): void {
    this.#parser.feed("\n\n");
  }
}
