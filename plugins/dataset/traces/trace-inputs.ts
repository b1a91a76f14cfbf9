import type { Fields, Input, Message, Params, Source, Turn } from "plumb";
import type { TraceContent, TraceRequest } from "./trace-format.ts";

type Lengths = Extract<TraceContent, { kind: "lengths" }>;
type Body = Extract<TraceContent, { kind: "body" }>;

/** What of a trace's requests is sent otherwise than the trace has it. */
export interface Manner {
  /** Tokens of a block. */
  blockTokens: number;
  /** Replies are to be as long as they were. */
  matchLength: boolean;
  /** The model of a body, where it is another one than the trace's. */
  modelOf(model: unknown): unknown;
}

/** Texts of blocks have seeds below this, texts of single requests from it on. */
const BLOCK_SEEDS = 2 ** 40;
const RUN_SEEDS = 2 ** 10;

/** Turns a trace's items into inputs. */
export class TraceInputs {
  /** Texts that nobody else has, so far. */
  #own = 0;
  #templateTokens: number | null = null;

  constructor(
    readonly manner: Manner,
    readonly params: Params,
    readonly source: Source,
  ) {}

  /** @param dueS when each of them is due; the first `dueS.length` are sent */
  async input(requests: TraceRequest[], dueS: number[], asConversation: boolean): Promise<Input> {
    const [first] = requests;
    if (asConversation) return this.#conversation(requests.slice(0, dueS.length), dueS);
    const { content } = first!;
    const input = content.kind === "body" ? this.#body(content) : await this.#lengths(content);
    return { ...input, atS: dueS[0]! };
  }

  async #lengths(content: Lengths): Promise<Input> {
    const { promptTokens, outputTokens } = content;
    this.#templateTokens ??= await this.source.templateTokens();
    const text = await this.#text(content, this.#templateTokens);
    return { ...this.#said(text), ...this.#replyOf(outputTokens, promptTokens) };
  }

  #said(text: string): Input {
    if (!this.params.applyChatTemplate) return { kind: "prompt", prompt: text };
    return { kind: "messages", messages: [{ role: "user", content: text }] };
  }

  #replyOf(outputTokens: number, promptTokens: number): Pick<Input, "maxTokens" | "asked"> {
    const maxTokens = Math.max(1, outputTokens);
    const asked = { promptTokens: Math.max(1, promptTokens) };
    return { maxTokens, asked: this.manner.matchLength ? { ...asked, completionTokens: maxTokens } : asked };
  }

  /** Its last block is cut to the length; what the blocks leave open is text of the request's own. */
  async #text({ promptTokens, blocks }: Lengths, templateTokens: number): Promise<string> {
    let left = Math.max(1, promptTokens - templateTokens);
    const parts: string[] = [];
    for (const block of blocks ?? []) {
      if (left === 0) break;
      const tokens = Math.min(this.manner.blockTokens, left);
      parts.push(await this.source.makeText(tokens, this.#seed(block)));
      left -= tokens;
    }
    if (left > 0) parts.push(await this.source.makeText(left, this.#seed(BLOCK_SEEDS + this.#own++)));
    // A word is one token behind a space too, so that blocks stay as long as they are.
    return parts.join(" ");
  }

  #seed(text: number): number {
    return ((this.params.seed ?? 0) % RUN_SEEDS) * 2 * BLOCK_SEEDS + text;
  }

  #body({ body, headers, requestId, outputTokens }: Body): Input {
    const model = this.manner.modelOf(body.model);
    const length = this.manner.matchLength && outputTokens !== null ? Math.max(1, outputTokens) : null;
    return {
      kind: "raw",
      body: { ...body, ...(model !== undefined && { model }), ...(length !== null && exactly(length, body)) },
      headers: { ...(requestId !== null && { "x-request-id": requestId }), ...headers },
      ...(length !== null && { asked: { completionTokens: length } }),
    };
  }

  async #conversation(requests: TraceRequest[], dueS: number[]): Promise<Input> {
    const turns: Turn[] = [];
    const said: Message[] = [];
    for (const [index, { content }] of requests.entries()) {
      const turn = content.kind === "body" ? bodyTurn(content, said) : await this.#lengthsTurn(content);
      if (turn.reply !== undefined) turns.at(-1)!.reply = turn.reply;
      turns.push({ ...turn.turn, atS: dueS[index]! });
    }
    const { content } = requests[0]!;
    const extra = content.kind === "body" ? this.#beside(content.body) : {};
    const params = content.kind === "lengths" && this.manner.matchLength ? { ignoreEos: true } : {};
    return { kind: "conversation", turns, extra, params, atS: dueS[0]! };
  }

  async #lengthsTurn(content: Lengths): Promise<{ turn: Turn; reply?: Message }> {
    const text = await this.#text(content, 0);
    const maxTokens = Math.max(1, content.outputTokens);
    return { turn: { messages: [{ role: "user", content: text }], maxTokens } };
  }

  /** What all turns of a recorded conversation have in common. */
  #beside({ messages: _, max_tokens: __, model, ...beside }: Fields): Fields {
    const sent = this.manner.modelOf(model);
    return { ...beside, ...(sent !== undefined && { model: sent }) };
  }
}

/**
 * What a recorded turn adds to those before: its body's messages less the history, which ends in the reply of then.
 * @param said the messages of the turn before; becomes those of this one
 * @throws Error where it does not go on from there
 */
function bodyTurn({ body }: Body, said: Message[]): { turn: Turn; reply?: Message } {
  const messages = Array.isArray(body.messages) ? (body.messages as Message[]) : [];
  const known = said.length;
  said.push(...messages.slice(known));
  const added = messages.slice(known);
  const reply = known > 0 && added[0]?.role === "assistant" ? added[0] : undefined;
  const asked = reply === undefined ? added : added.slice(1);
  if (asked.length === 0) throw new Error("a recorded conversation has a turn whose body adds no message");
  const maxTokens = Number.isSafeInteger(body.max_tokens) ? (body.max_tokens as number) : undefined;
  return { turn: { messages: asked, ...(maxTokens !== undefined && { maxTokens }) }, ...(reply && { reply }) };
}

/** Of two names for the most tokens servers take one. */
function exactly(tokens: number, body: Fields): Fields {
  const most = "max_completion_tokens" in body ? "max_completion_tokens" : "max_tokens";
  return { [most]: tokens, min_tokens: tokens, ignore_eos: true };
}
