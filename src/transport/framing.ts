import { NdjsonSplitter } from "./ndjson.ts";
import type { EventSplitter, OnEvent } from "./splitter.ts";
import { SseSplitter } from "./sse.ts";

export type Framing = "sse" | "ndjson" | "body";

/** Of a text, blanks left out: as long as the longest beginning of an event, `retry:`. */
const TELLING_CHARACTERS = 6;
/** So many blanks are no reply of ours either. */
const MOST_BLANKS = 1024;

/** Whether a reply's beginning is enough to say how it is framed, whatever follows. */
export function isTelling(contentType: string | null, start: string): boolean {
  if (/event-stream|json|html|xml/i.test(contentType ?? "")) return true;
  return start.length > MOST_BLANKS || start.trimStart().length >= TELLING_CHARACTERS;
}

/**
 * How a reply is framed, from its content type and, where that says nothing useful, its first characters: servers send
 * events as text/plain, and answer a request for a stream with one JSON body. null: none of ours (an HTML page).
 *
 * @param asked what the API plugin expects of a stream
 */
export function framingOf(contentType: string | null, start: string, asked: Framing): Framing | null {
  const type = contentType?.toLowerCase() ?? "";
  if (type.includes("event-stream")) return "sse";
  if (/ndjson|jsonl|json-seq|stream\+json/.test(type)) return "ndjson";
  if (type.includes("json")) return asked === "ndjson" ? "ndjson" : "body";
  if (type.includes("html") || type.includes("xml")) return null;
  if (/^\s*(data|event|id|retry)?:/.test(start)) return "sse";
  if (/^\s*[[{"]/.test(start)) return asked === "ndjson" ? "ndjson" : "body";
  return null;
}

/** null for a body, which is read whole. */
export function splitterFor(framing: Framing, onEvent: OnEvent): EventSplitter | null {
  switch (framing) {
    case "sse":
      return new SseSplitter(onEvent);
    case "ndjson":
      return new NdjsonSplitter(onEvent);
    case "body":
      return null;
  }
}
