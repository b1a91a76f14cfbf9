import type { MockOptions } from "./options.ts";
import { draw, drawWhole, type Random } from "./random.ts";

/** What a reply consists of and when: enough to say every chunk without storing any. */
export interface ReplyPlan {
  ttftMs: number;
  /** Per token. */
  itlMs: number;
  /** Of each choice, reasoning included. */
  tokens: number;
  /** How many of them come first, as reasoning. */
  reasoning: number;
  chunkTokens: number;
  finish: "stop" | "length";
}

/** Some tokens of each choice that go out together. */
export interface Chunk {
  /** Tokens before it. */
  from: number;
  tokens: number;
  channel: "reasoning" | "answer";
  last: boolean;
  /** After the whole request had been read. */
  dueMs: number;
}

/** What a request says about the length of its reply. */
export interface LengthWish {
  /** null: the server decides. */
  maxTokens: number | null;
  minTokens: number;
  /** Run on to maxTokens. */
  ignoreEos: boolean;
}

/** Draws a reply; always three numbers, so that one option's range does not move another's draws. */
export function planReply(wish: LengthWish, options: MockOptions, random: Random): ReplyPlan {
  const ttftMs = draw(options.ttftMs, random);
  const itlMs = draw(options.itlMs, random);
  const natural = Math.max(drawWhole(options.tokens, random), wish.minTokens);
  const max = wish.maxTokens;
  const capped = max !== null && (wish.ignoreEos || natural > max);
  const tokens = capped ? max : natural;
  return {
    ttftMs,
    itlMs,
    tokens,
    reasoning: Math.min(options.reasoning, tokens),
    chunkTokens: options.chunkTokens,
    finish: capped ? "length" : "stop",
  };
}

/** Tokens of the chunk that begins after `sent` tokens; reasoning and answer never share one. */
function chunkSize(plan: ReplyPlan, sent: number): number {
  const end = sent < plan.reasoning ? plan.reasoning : plan.tokens;
  return Math.min(plan.chunkTokens, end - sent);
}

/**
 * A chunk is due with its last token, counted from the first chunk's last: (last - first) / (tokens - first chunk's)
 * is the asked ITL to the digit, whatever the size of the chunks.
 */
function dueMs(plan: ReplyPlan, sent: number): number {
  return plan.ttftMs + (sent - chunkSize(plan, 0)) * plan.itlMs;
}

/** The chunk after `sent` tokens. A reply without tokens still has one, empty, which says that it has ended. */
export function chunkAfter(plan: ReplyPlan, sent: number): Chunk {
  const tokens = chunkSize(plan, sent);
  return {
    from: sent,
    tokens,
    channel: sent < plan.reasoning ? "reasoning" : "answer",
    last: sent + tokens === plan.tokens,
    dueMs: dueMs(plan, sent + tokens),
  };
}

/** When a reply is complete, in milliseconds after the request had been read: also when one that does not stream goes. */
export function replyEndMs(plan: ReplyPlan): number {
  return dueMs(plan, plan.tokens);
}
