import { harmful } from "./fault.ts";
import { bodyLength } from "./reply-draft.ts";

/** Bytes that a Content-Length may promise too many. */
const MISSING_BYTES = 100;
/** No status line begins like this, whatever a reader is ready to forgive. */
const GARBAGE = Buffer.from(Array.from({ length: 64 }, (_, i) => (i * 151 + 137) & 0xff));

/** The connection, or what HTTP says of it, goes wrong. */
export const CONNECTION_FAULTS = {
  reset: harmful("resets the connection (RST) after some chunks", (reply) =>
    reply.script(reply.begun(), { how: "reset", dueMs: reply.strikeMs }),
  ),
  "reset-early": harmful("resets the connection (RST) when the first token is due, with nothing sent", (reply) => ({
    status: null,
    steps: [],
    ending: { how: "reset", dueMs: reply.firstMs },
    strikesAt: null,
  })),
  close: harmful("closes the connection (FIN) after some chunks, the body unfinished", (reply) =>
    reply.asked.chunksAllowed || reply.format === "json"
      ? reply.script(reply.begun(), { how: "close", dueMs: reply.strikeMs })
      : null,
  ),
  stall: harmful("falls silent after some chunks and keeps the connection open", (reply) =>
    reply.script(reply.begun(), { how: "silence", dueMs: reply.strikeMs }),
  ),
  "stall-headers": harmful("never answers and keeps the connection open", (reply) => ({
    status: null,
    steps: [],
    ending: { how: "silence", dueMs: reply.firstMs },
    strikesAt: null,
  })),
  "length-mismatch": harmful("promises a longer body than it sends (Content-Length), then closes", (reply) => {
    const { pieces } = reply.draft;
    const framing = { by: "length", bytes: bodyLength(pieces) + MISSING_BYTES } as const;
    return reply.script({ ...reply.draft, framing }, { how: "close", dueMs: pieces.at(-1)!.dueMs });
  }),
  "bad-chunk": harmful("sends an HTTP chunk whose size is no number, then closes", (reply) => {
    if (!reply.asked.chunksAllowed) return null;
    const dueMs = reply.strikeMs;
    const framing = { by: "chunks", trailer: "" } as const;
    const script = reply.script({ ...reply.begun(), framing }, { how: "close", dueMs });
    const strikesAt = script.steps.length;
    script.steps.push({ dueMs, bytes: Buffer.concat([Buffer.from("zz\r\n"), reply.struck.bytes]), chunks: 0 });
    return { ...script, strikesAt };
  }),
  "not-http": harmful("sends bytes that are no HTTP, then closes", (reply) => {
    const dueMs = reply.firstMs;
    return {
      status: null,
      steps: [{ dueMs, bytes: GARBAGE, chunks: 0 }],
      ending: { how: "close", dueMs },
      strikesAt: 0,
    };
  }),
};
