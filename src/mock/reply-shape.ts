import type { Chunk, ReplyPlan } from "./reply.ts";

/** How an API writes a reply: texts that go on the wire as they are. One object a request, which may hold state. */
export interface ReplyShape {
  readonly choices: number;
  readonly promptTokens: number;
  readonly contentType: string;
  /** Events that go with the headers. */
  opening(): string[];
  /** The event of one choice's chunk. */
  event(choice: number, chunk: Chunk): string;
  /** Events behind the last chunk. */
  closing(): string[];
  /** A reply that does not stream: JSON. */
  body(): string;
}

/** Tokens of all choices. */
export function completionTokens(shape: ReplyShape, plan: ReplyPlan): number {
  return shape.choices * plan.tokens;
}
