/** Cuts the text of a streamed body into events, whatever the pieces it comes in. */
export interface EventSplitter {
  feed(text: string): void;
  /** The body has ended: what stands unterminated is an event too. */
  flush(): void;
}

export type OnEvent = (data: string, name: string | undefined) => void;
