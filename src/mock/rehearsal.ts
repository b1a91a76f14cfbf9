import { type ReplyPlan, replyEndMs } from "./reply.ts";
import { bodyLength, type Draft, draftStream, draftWhole, type Piece } from "./reply-draft.ts";
import type { ReplyShape } from "./reply-shape.ts";
import { type Ending, type Script, scriptOf } from "./wire-script.ts";

/** Between the first half of a body in one piece and what happens instead of the second, in milliseconds. */
const HALF_MS = 50;

/** What a request asked for, before anything is done to it. */
export interface Undisturbed {
  plan: ReplyPlan;
  shapeOf: (plan: ReplyPlan) => ReplyShape;
  stream: boolean;
  /** False for HTTP/1.0. */
  chunksAllowed: boolean;
  keepAlive: boolean;
  /** Added by the fault `large`. */
  largeBytes: number;
}

/** One reply and the place in it where a fault strikes: the material of every fault. */
export class Rehearsal {
  readonly draft: Draft;
  readonly format: "sse" | "ndjson" | "json";
  /** Tokens' pieces that go out before the fault strikes: one at least, and not all, where there are two. */
  readonly before: number;
  readonly #chunks: Piece[];

  /** @param place from 0 up to but not including 1 */
  constructor(
    readonly asked: Undisturbed,
    place: number,
  ) {
    this.draft = this.#draft(asked.plan);
    this.#chunks = this.draft.pieces.filter(({ role }) => role === "chunk");
    const most = this.#chunks.length - 1;
    this.before = most < 1 ? 0 : 1 + Math.floor(place * most);
    if (!asked.stream) this.format = "json";
    else this.format = this.draft.contentType.includes("ndjson") ? "ndjson" : "sse";
  }

  /** When the first token, or a reply in one piece, is due. */
  get firstMs(): number {
    return this.#chunks[0]!.dueMs;
  }

  /** When the fault strikes: in place of the next piece with tokens, or of the second half. */
  get strikeMs(): number {
    if (this.format === "json") return this.firstMs + HALF_MS;
    return this.#chunks[this.before]!.dueMs;
  }

  /** The piece in whose place it strikes. */
  get struck(): Piece {
    return this.#chunks[this.before]!;
  }

  /** What goes out before it strikes: some of the pieces, or half of the only one, whose whole length is told. */
  begun(): Draft {
    const { pieces } = this.draft;
    if (this.format !== "json") return { ...this.draft, pieces: pieces.slice(0, pieces.indexOf(this.struck)) };
    return { ...this.draft, pieces: pieces.map((piece) => ({ ...piece, bytes: half(piece.bytes) })) };
  }

  /** A stream with all of its tokens and no end. */
  unended(): Draft {
    const { plan, shapeOf, chunksAllowed } = this.asked;
    return draftStream(plan, shapeOf(plan), chunksAllowed, false);
  }

  /** The same reply with no token in it. */
  tokenless(): Draft {
    return this.#draft({ ...this.asked.plan, tokens: 0, reasoning: 0 });
  }

  script(draft: Draft, ending?: Ending): Script {
    return scriptOf(draft, this.asked.keepAlive, ending);
  }

  /** For a fault that has happened when the draft's piece at `index` is out, whatever follows. */
  scriptStruck(draft: Draft, index = this.draft.pieces.indexOf(this.struck)): Script {
    const script = this.script(draft);
    // The head may have a step of its own.
    return { ...script, strikesAt: script.steps.length - draft.pieces.length + index };
  }

  /** A reply in one piece, when the first token is due. */
  whole(contentType: string, body: string | Buffer): Script {
    return this.script(draftWhole(200, contentType, body, this.firstMs));
  }

  /** The reply with each of its pieces changed; a length that is told is told anew. */
  changed(change: (bytes: Buffer, piece: Piece) => Buffer, draft = this.draft): Draft {
    const pieces = draft.pieces.map((piece) => ({ ...piece, bytes: change(piece.bytes, piece) }));
    if (draft.framing.by !== "length") return { ...draft, pieces };
    return { ...draft, framing: { by: "length", bytes: bodyLength(pieces) }, pieces };
  }

  #draft(plan: ReplyPlan): Draft {
    const { shapeOf, stream, chunksAllowed } = this.asked;
    const shape = shapeOf(plan);
    if (stream) return draftStream(plan, shape, chunksAllowed);
    return draftWhole(200, "application/json", shape.body(), replyEndMs(this.asked.plan));
  }
}

function half(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length >> 1);
}
