import { replyHead } from "./http-exchange.ts";
import type { Draft, Framing } from "./reply-draft.ts";

/** One write to the connection. */
export interface Step {
  /** After the whole request had been read. */
  dueMs: number;
  bytes: Buffer;
  /** Events in it that carry tokens. */
  chunks: number;
}

/**
 * What comes after the last step. `done`: the reply is complete, the connection goes on as its head said. Otherwise the
 * connection ends in order (FIN), is torn (RST), or stays open with nothing coming: `open` behind a reply that lacks
 * nothing but the end of its framing, `silence` in the middle.
 */
export type Ending = { how: "done" } | { how: "close" | "reset" | "open" | "silence"; dueMs: number };

/** A reply as bytes and moments, down to what becomes of the connection. */
export interface Script {
  /** null: no status line is sent. */
  status: number | null;
  steps: Step[];
  ending: Ending;
  /** With this step the fault has happened, whatever follows; null: not before the ending. */
  strikesAt: number | null;
}

/** What the wire carries for a draft; only a reply that is done has its framing ended. */
export function scriptOf(draft: Draft, keepAlive: boolean, ending: Ending = { how: "done" }): Script {
  const { status, contentType, headers, framing, headMs, pieces } = draft;
  const lines = [...headers, ...framingLines(framing)].map((line) => `${line}\r\n`);
  const head = Buffer.from(replyHead(status, contentType, keepAlive, lines.join("")));
  const steps = pieces.map(({ dueMs, bytes, chunks }) => ({
    dueMs: Math.max(dueMs, headMs),
    bytes: framed(bytes, framing),
    chunks,
  }));
  const first = steps[0];
  if (first !== undefined && first.dueMs === headMs) first.bytes = Buffer.concat([head, first.bytes]);
  else steps.unshift({ dueMs: headMs, bytes: head, chunks: 0 });
  const last = steps.at(-1)!;
  if (ending.how === "done") last.bytes = Buffer.concat([last.bytes, framingEnd(framing)]);
  return { status, steps, ending, strikesAt: null };
}

function framingLines(framing: Framing): string[] {
  if (framing.by === "length") return [`Content-Length: ${framing.bytes}`];
  return framing.by === "chunks" ? ["Transfer-Encoding: chunked"] : [];
}

function framed(bytes: Buffer, framing: Framing): Buffer {
  if (framing.by !== "chunks") return bytes;
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

function framingEnd(framing: Framing): Buffer {
  return Buffer.from(framing.by === "chunks" ? `0\r\n${framing.trailer}\r\n` : "");
}
