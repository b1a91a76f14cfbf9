import { harmless } from "./fault.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { type Piece, pieceOf } from "./reply-draft.ts";
import { gzipPieces } from "./stored-gzip.ts";
import type { Script, Step } from "./wire-script.ts";

const BOM = Buffer.of(0xef, 0xbb, 0xbf);
/** Between the two halves of a character, so that no reader gets them in one read. */
const SPLIT_MS = 5;

/** Odd but allowed: a client must get the whole reply. */
export const HARMLESS_FAULTS = {
  large: harmless("sends megabytes of nothing within the reply: --fault-large-mb", (reply) => {
    const { largeBytes } = reply.asked;
    const blanks = Buffer.alloc(largeBytes, " ");
    if (reply.format === "json") return { ...insertedFirst(reply, blanks), strikesAt: 0 };
    const [start, end] = reply.format === "sse" ? [": ", "\n\n"] : ["", "\n"];
    return insertedAmong(reply, Buffer.concat([Buffer.from(start), blanks, Buffer.from(end)]));
  }),
  linger: harmless("keeps a stream's body open after its end", (reply) =>
    reply.format === "json"
      ? null
      : reply.script(reply.draft, { how: "open", dueMs: reply.draft.pieces.at(-1)!.dueMs }),
  ),
  gzip: harmless("compresses the reply though nobody asked", (reply) => {
    const pieces = gzipPieces(reply.draft.pieces.map(({ bytes }) => bytes));
    const draft = reply.changed((_, piece) => pieces[reply.draft.pieces.indexOf(piece)]!);
    return reply.script({ ...draft, headers: [...draft.headers, "Content-Encoding: gzip"] });
  }),
  "split-utf8": harmless("parts characters of several bytes, half in one packet and half in the next", (reply) => {
    const script = reply.script(reply.draft);
    const steps = script.steps.flatMap(splitCharacter);
    return steps.length === script.steps.length ? null : { ...script, steps };
  }),
  "one-byte": harmless("sends each byte in a packet of its own", (reply) => {
    const script = reply.script(reply.draft);
    return { ...script, steps: script.steps.flatMap(byteByByte) };
  }),
  bom: harmless("begins with a byte order mark", (reply) => insertedFirst(reply, BOM)),
  crlf: harmless("ends lines with CR LF", (reply) => withLineEnd(reply, "\r\n")),
  cr: harmless("ends lines with CR alone", (reply) => (reply.format === "ndjson" ? null : withLineEnd(reply, "\r"))),
  trailers: harmless("sends a header behind the body", (reply) => {
    if (!reply.asked.chunksAllowed) return null;
    const framing = { by: "chunks", trailer: "X-Fault: trailers\r\n" } as const;
    return reply.script({ ...reply.draft, framing, headers: [...reply.draft.headers, "Trailer: X-Fault"] });
  }),
  "no-blank-line": harmless("ends a stream without the line end of the last event", (reply) => {
    if (reply.format === "json") return null;
    const last = reply.draft.pieces.at(-1);
    return reply.script(reply.changed((bytes, piece) => (piece === last ? withoutLineEnd(bytes) : bytes)));
  }),
  "comment-first": harmless("begins with a comment (NDJSON: an empty line; JSON: blanks)", (reply) =>
    insertedFirst(reply, Buffer.from({ sse: ": one moment\n\n", ndjson: "\n", json: " \n" }[reply.format])),
  ),
  "slow-headers": harmless("sends the head of a stream with the first token only", (reply) =>
    reply.format === "json" ? null : reply.script({ ...reply.draft, headMs: reply.firstMs }),
  ),
};

function insertedFirst(reply: Rehearsal, bytes: Buffer): Script {
  const first = reply.draft.pieces[0];
  return reply.script(reply.changed((said, piece) => (piece === first ? Buffer.concat([bytes, said]) : said)));
}

/** In a stream, as a piece of its own where a fault strikes. */
function insertedAmong(reply: Rehearsal, bytes: Buffer): Script {
  const { pieces } = reply.draft;
  const inserted = pieceOf("chunk", reply.strikeMs, bytes);
  return reply.scriptStruck({ ...reply.draft, pieces: pieces.toSpliced(pieces.indexOf(reply.struck), 0, inserted) });
}

/** JSON has no line ends of its own: it gets some. */
function withLineEnd(reply: Rehearsal, end: string): Script {
  return reply.script(
    reply.changed((bytes, { role }: Piece) => {
      const text = bytes.toString();
      const lines = reply.format === "json" && role === "chunk" ? JSON.stringify(JSON.parse(text), null, 1) : text;
      return Buffer.from(lines.replaceAll("\n", end));
    }),
  );
}

function withoutLineEnd(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString().trimEnd());
}

/** Behind the first byte of the first character that has several. */
function splitCharacter(step: Step): Step[] {
  const at = step.bytes.findIndex((byte) => byte >= 0xc0);
  if (at < 0) return [step];
  return [
    { dueMs: step.dueMs, bytes: step.bytes.subarray(0, at + 1), chunks: 0 },
    { ...step, dueMs: step.dueMs + SPLIT_MS, bytes: step.bytes.subarray(at + 1) },
  ];
}

function byteByByte(step: Step): Step[] {
  return Array.from(step.bytes, (_, index) => ({
    dueMs: step.dueMs,
    bytes: step.bytes.subarray(index, index + 1),
    chunks: index === step.bytes.length - 1 ? step.chunks : 0,
  }));
}
