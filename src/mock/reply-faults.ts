import { harmful } from "./fault.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { type Piece, pieceOf } from "./reply-draft.ts";
import type { Script } from "./wire-script.ts";

const PAGE = "<!DOCTYPE html>\n<html><head><title>Gateway</title></head><body>Please sign in.</body></html>\n";
const NO_UTF8 = Buffer.of(0xff);

/** HTTP is in order, what it carries is not. */
export const REPLY_FAULTS = {
  cut: harmful("ends within the JSON of the last event; the body's framing ends in order", (reply) => {
    if (reply.format === "json") return cutBody(reply);
    const pieces = reply.draft.pieces.filter(({ role }) => role !== "closing");
    return reply.script({ ...reply.draft, pieces: [...pieces.slice(0, -1), beheaded(pieces.at(-1)!)] });
  }),
  truncated: harmful("sends every token and then no end of the API's own; the framing ends in order", (reply) =>
    reply.format === "json" ? cutBody(reply) : reply.script(reply.unended()),
  ),
  "error-event": harmful("sends an error in place of the rest, under a status of 200", (reply) => {
    const error = errorEvent(reply);
    if (reply.format === "json") return reply.whole("application/json", error);
    const begun = reply.begun();
    return reply.script({ ...begun, pieces: [...begun.pieces, pieceOf("closing", reply.strikeMs, error)] });
  }),
  malformed: harmful("sends one event that is no JSON among the others", (reply) => {
    if (reply.format === "json") return reply.whole("application/json", "this is no JSON");
    const end = reply.format === "sse" ? "\n\n" : "\n";
    const broken = (piece: Piece) => Buffer.concat([beheaded(piece).bytes, Buffer.from(end)]);
    return reply.scriptStruck(reply.changed((bytes, piece) => (piece === reply.struck ? broken(piece) : bytes)));
  }),
  "bad-utf8": harmful("sends a byte that is no UTF-8 within an event", (reply) =>
    reply.scriptStruck(
      reply.changed((bytes, piece) => {
        if (piece !== reply.struck) return bytes;
        const at = bytes.lastIndexOf('"');
        return Buffer.concat([bytes.subarray(0, at), NO_UTF8, bytes.subarray(at)]);
      }),
    ),
  ),
  empty: harmful("sends a whole reply in which nothing is said", (reply) =>
    reply.format === "json" ? reply.whole("application/json", "") : reply.script(reply.tokenless()),
  ),
  comments: harmful("sends comments (NDJSON: empty lines; JSON: blanks) and nothing else", (reply) => {
    const comment = { sse: ": still working\n\n", ndjson: "\n", json: "  \n" }[reply.format];
    const pieces = reply.draft.pieces.filter(({ role }) => role === "chunk");
    const said = { ...reply.draft, pieces: pieces.map((piece) => ({ ...piece, chunks: 0 })) };
    return reply.script(reply.changed(() => Buffer.from(comment), said));
  }),
  html: harmful("answers a web page, under a status of 200", (reply) => reply.whole("text/html; charset=utf-8", PAGE)),
  "bad-gzip": harmful("says Content-Encoding: gzip of what is none", (reply) =>
    reply.scriptStruck({ ...reply.draft, headers: [...reply.draft.headers, "Content-Encoding: gzip"] }, 0),
  ),
};

/** Half of a reply in one piece, as if it were the whole. */
function cutBody(reply: Rehearsal): Script {
  return reply.script(reply.changed((bytes) => bytes, reply.begun()));
}

/** Up to the last quote of its JSON: inside a name or a text, whatever the API. */
function beheaded(piece: Piece): Piece {
  return { ...piece, bytes: piece.bytes.subarray(0, piece.bytes.lastIndexOf('"')), chunks: 0 };
}

/** An error in the words of every API: most have an object of that name, DashScope a code beside its message. */
function errorEvent({ format, draft }: Rehearsal): string {
  const message = "a fault was asked for: error-event";
  const error = { type: "server_error", code: "fault", message };
  const json = JSON.stringify({ type: "error", error, code: "fault", message });
  if (format !== "sse") return `${json}\n`;
  const named = draft.pieces.some(({ bytes }) => bytes.includes("event:"));
  return `${named ? "event: error\n" : ""}data: ${json}\n\n`;
}
