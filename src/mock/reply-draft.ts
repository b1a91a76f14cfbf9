import { type Chunk, chunkAfter, type ReplyPlan, replyEndMs } from "./reply.ts";
import type { ReplyShape } from "./reply-shape.ts";

/** Something of a body that goes out in one write. */
export interface Piece {
  role: "opening" | "chunk" | "closing";
  /** After the whole request had been read. */
  dueMs: number;
  bytes: Buffer;
  /** Events in it that carry tokens. */
  chunks: number;
}

/** How a client finds the body's end: by its chunks, by counting its bytes, or by the connection's end. */
export type Framing = { by: "chunks"; trailer: string } | { by: "length"; bytes: number } | { by: "end" };

/** A whole reply before it goes on the wire: what a fault is made from. */
export interface Draft {
  status: number;
  contentType: string;
  /** Further header lines, without their ends. */
  headers: string[];
  framing: Framing;
  /** When the head goes out; no piece goes before it. */
  headMs: number;
  pieces: Piece[];
}

/** @param ended false: all of its tokens, and nothing that says that they are all */
export function draftStream(plan: ReplyPlan, shape: ReplyShape, chunksAllowed: boolean, ended = true): Draft {
  const pieces = [pieceOf("opening", 0, shape.opening().join(""))];
  for (let sent = 0, last = false; !last; ) {
    const chunk = chunkAfter(plan, sent);
    pieces.push(chunkPiece(shape, ended ? chunk : { ...chunk, last: false }));
    sent += chunk.tokens;
    last = chunk.last;
  }
  if (ended) pieces.push(pieceOf("closing", replyEndMs(plan), shape.closing().join("")));
  return {
    status: 200,
    contentType: shape.contentType,
    headers: ["Cache-Control: no-cache"],
    framing: chunksAllowed ? { by: "chunks", trailer: "" } : { by: "end" },
    headMs: 0,
    pieces: pieces.filter(({ bytes }) => bytes.length > 0),
  };
}

/** A body of known length that goes out at once. */
export function draftWhole(status: number, contentType: string, body: string | Buffer, dueMs: number): Draft {
  const piece = pieceOf("chunk", dueMs, body);
  return {
    status,
    contentType,
    headers: [],
    framing: { by: "length", bytes: piece.bytes.length },
    headMs: dueMs,
    pieces: piece.bytes.length === 0 ? [] : [piece],
  };
}

export function pieceOf(role: Piece["role"], dueMs: number, text: string | Buffer): Piece {
  return { role, dueMs, bytes: Buffer.from(text), chunks: 0 };
}

export function bodyLength(pieces: Piece[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function chunkPiece(shape: ReplyShape, chunk: Chunk): Piece {
  let text = "";
  for (let choice = 0; choice < shape.choices; choice++) text += shape.event(choice, chunk);
  return { ...pieceOf("chunk", chunk.dueMs, text), chunks: chunk.tokens > 0 ? shape.choices : 0 };
}
