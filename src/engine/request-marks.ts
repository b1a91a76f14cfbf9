import type { MarksConfig } from "../config/conversation.ts";
import type { Conversation } from "./conversation.ts";

/**
 * Headers by which a request is found again at the service: the record's request_id, the conversation's id, a trace. Each
 * of them costs a header object for every request, so single requests have them only where they are asked for.
 */
export class RequestMarks {
  constructor(
    readonly config: MarksConfig,
    readonly runId: string,
    /** Names, lower case, that the user has given a value. */
    readonly taken: Record<string, string>,
  ) {}

  /** @param row of the record; null: nothing is to be sent */
  headers(row: number, conversation: Conversation | null): Record<string, string> | null {
    const { sessionHeader, requestIds, traceparent } = this.config;
    if (conversation === null && requestIds !== true && !traceparent) return null;
    const marks: Record<string, string> = {};
    if (requestIds ?? conversation !== null) this.#mark(marks, "x-request-id", `${this.runId}-${row}`);
    if (traceparent) this.#mark(marks, "traceparent", this.#traceparent(row, conversation));
    if (conversation !== null && sessionHeader !== null) this.#mark(marks, sessionHeader, conversation.id);
    for (const _ in marks) return marks;
    return null;
  }

  #mark(marks: Record<string, string>, name: string, value: string): void {
    if (!(name in this.taken)) marks[name] = value;
  }

  /**
   * W3C Trace Context, sampled. The ids can be made again from the record: the trace's is the beginning of the SHA-256 of
   * conversation_id (of request_id, outside of any), the span's that of request_id.
   */
  #traceparent(row: number, conversation: Conversation | null): string {
    const requestId = `${this.runId}-${row}`;
    return `00-${hash(conversation?.id ?? requestId, 32)}-${hash(requestId, 16)}-01`;
  }
}

/** Of requests that are not recorded. */
export const NO_MARKS = new RequestMarks({ sessionHeader: null, requestIds: false, traceparent: false }, "", {});

function hash(text: string, digits: number): string {
  return Bun.SHA256.hash(text, "hex").slice(0, digits);
}
