import { ROWS_A_CONVERSATION } from "../config/conversation.ts";
import type { Answer, ApiPlugin, ToolCall } from "../contract/api.ts";
import type { Input, Message, Turn } from "../contract/input.ts";
import { messageText } from "../contract/message.ts";

export type ConversationInput = Extract<Input, { kind: "conversation" }>;

/** How a run holds its conversations. */
export interface ConversationManner {
  api: Pick<ApiPlugin, "replyMessage">;
  /** Whether the service takes messages, or all of it as one prompt. */
  applyChatTemplate: boolean;
  keepReasoning: boolean;
}

/** A request as it went out, and the row that it has in the record. */
export interface SentRequest {
  row: number;
  body: string;
}

/** Whoever waits for a turn's reply. */
export interface Listener {
  /** It has been read; null: the turn has failed. */
  heard(answer: Answer | null): void;
}

/**
 * One conversation on its way: what has been said, and which turn is next. The history grows by the model's own replies;
 * what the dataset has in their place is not sent.
 */
export class Conversation {
  listener: Listener | null = null;
  /** The URL of all its turns, where it was chosen when the first was sent. */
  endpoint: string | null = null;
  /** The last request as it went out, which the next one's record refers to. */
  sent: SentRequest | null = null;
  /** An earlier one that later ones refer to over the heads of those between. */
  milestone: SentRequest | null = null;
  readonly #history: Message[] = [];
  #turn = -1;
  /** Not in the history yet: which of its tool calls can stay there, the next turn tells. */
  #answer: Answer | null = null;

  constructor(
    /** Number of the arrival that it is. */
    readonly arrival: number,
    /** The record's `conversation_id`. */
    readonly id: string,
    readonly input: ConversationInput,
    readonly manner: ConversationManner,
  ) {}

  /** The turn whose request was asked for last, from 0. */
  get turn(): number {
    return this.#turn;
  }

  get turns(): number {
    return this.input.turns.length;
  }

  /** The number of the present turn's row. */
  get row(): number {
    return this.arrival * ROWS_A_CONVERSATION + this.#turn;
  }

  /** Whether the present turn is the last one. */
  get isLast(): boolean {
    return this.#turn >= this.turns - 1;
  }

  /** Pause before the turn that comes next, in milliseconds. */
  get thinkMs(): number {
    return (this.input.turns[this.#turn + 1]?.thinkS ?? 0) * 1000;
  }

  /** When the turn that comes next is due, in milliseconds after the first; null: nobody says. */
  get nextDueMs(): number | null {
    const [first, next] = [this.input.turns[0]?.atS, this.input.turns[this.#turn + 1]?.atS];
    return first === undefined || next === undefined ? null : (next - first) * 1000;
  }

  /** Goes on to the next turn. */
  next(): Input {
    const turn = this.input.turns[++this.#turn]!;
    const asked = this.#answer === null ? turn.messages : this.#reply(this.#answer, turn);
    this.#answer = null;
    this.#history.push(...asked);
    return this.#request([...this.#history], turn);
  }

  /** Takes the turns before this one as held, with the replies that the dataset has of them. */
  beginAt(turn: number): void {
    this.#history.length = 0;
    this.#turn = turn - 1;
    for (const { messages, reply } of this.input.turns.slice(0, turn)) {
      this.#history.push(...messages, reply ?? { role: "assistant", content: "" });
    }
  }

  heard(answer: Answer): void {
    this.#answer = this.manner.keepReasoning ? answer : { ...answer, reasoning: "" };
  }

  /**
   * The reply and the turn after it. A tool's message answers the call in its place, whatever id the dataset has for it;
   * calls that nothing answers are left out, for services refuse a history with such ones.
   */
  #reply(answer: Answer, turn: Turn): Message[] {
    const results = turn.messages.filter(({ role }) => role === "tool").length;
    const calls = answer.calls.slice(0, results);
    const message = this.manner.api.replyMessage?.({ ...answer, calls }) ?? replyMessage({ ...answer, calls });
    let place = 0;
    const asked = turn.messages.map((said) => {
      const call = said.role === "tool" ? calls[place++] : undefined;
      return call === undefined ? said : { ...said, tool_call_id: call.id };
    });
    return [message, ...asked];
  }

  #request(messages: Message[], { maxTokens }: Turn): Input {
    const { kind: _, turns: __, ...beside } = this.input;
    const own = maxTokens === undefined ? beside : { ...beside, maxTokens };
    if (this.manner.applyChatTemplate) return { ...own, kind: "messages", messages };
    return { ...own, kind: "prompt", prompt: messages.map(plainText).join("\n") };
  }
}

/** OpenAI's form, which every API's plugin takes for the common one. */
function replyMessage({ text, reasoning, calls }: Answer): Message {
  return {
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    ...(reasoning !== "" && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls.map(toolCall) }),
  };
}

function toolCall({ id, name, arguments: written }: ToolCall): Record<string, unknown> {
  return { id, type: "function", function: { name, arguments: written } };
}

/** @throws Error where a message holds more than text: leaving it out would measure another request */
function plainText(message: Message): string {
  const { content } = message;
  const other = Array.isArray(content) ? content.find(({ type }) => type !== "text") : undefined;
  if (other === undefined) return messageText(message);
  throw new Error(
    `a message has a part of type "${other.type}", which a plain prompt cannot carry: use a chat endpoint`,
  );
}
