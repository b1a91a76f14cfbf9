import { type ConversationConfig, ROWS_A_CONVERSATION } from "../config/conversation.ts";
import type { Source } from "../contract/dataset.ts";
import type { Input, Turn } from "../contract/input.ts";
import { Prng } from "../tokens/prng.ts";
import { ShapeError } from "./input-shape.ts";

/** Tokens of a made reply where nobody says how long replies are. */
const REPLY_TOKENS = 128;

/** Which inputs a run takes: conversations of so many turns, or none at all. */
export class ConversationShape {
  /** null: the first input will tell. */
  #multiTurn: boolean | null;
  readonly #random: Prng;

  constructor(
    readonly config: ConversationConfig,
    /** Tokens asked for where a turn does not say; undefined: none. */
    readonly maxTokens: number | undefined,
    readonly source: Pick<Source, "makeText">,
    seed: number,
  ) {
    this.#multiTurn = config.multiTurn ? true : null;
    this.#random = new Prng(seed);
  }

  /**
   * The input as the run sends it; null: it has too few turns.
   * @throws ShapeError where it is a conversation and the run is none of them, or cannot be one
   */
  async fit(input: Input): Promise<Input | null> {
    this.#multiTurn ??= input.kind === "conversation";
    if (!this.#multiTurn) {
      if (input.kind !== "conversation") return input;
      throw new ShapeError("is a conversation, and the items before it were none: give --multi-turn");
    }
    const { minTurns, maxTurns, users } = this.config;
    const { turns, ...beside } = asConversation(input);
    if (turns.length < (minTurns ?? 1)) return null;
    const taken = maxTurns === null ? turns : turns.slice(0, maxTurns);
    if (taken.length > ROWS_A_CONVERSATION) {
      throw new ShapeError(`has ${taken.length} turns: give --max-turns, ${ROWS_A_CONVERSATION} at most`);
    }
    const answered = users === null ? taken.map(withoutReply) : await this.#answered(taken);
    return { ...beside, turns: answered };
  }

  /** Where users begin in the middle of a conversation, every turn needs a reply that can stand in its history. */
  async #answered(turns: Turn[]): Promise<Turn[]> {
    const answered: Turn[] = [];
    for (const turn of turns) answered.push(turn.reply === undefined ? await this.#withReply(turn) : turn);
    return answered;
  }

  async #withReply(turn: Turn): Promise<Turn> {
    const tokens = turn.maxTokens ?? this.maxTokens ?? REPLY_TOKENS;
    const content = await this.source.makeText(tokens, this.#random.uint32());
    return { ...turn, reply: { role: "assistant", content } };
  }
}

type ConversationInput = Extract<Input, { kind: "conversation" }>;

/** What is no conversation is one of a single turn. */
function asConversation(input: Input): ConversationInput {
  switch (input.kind) {
    case "conversation":
      return input;
    case "messages": {
      const { messages, ...beside } = input;
      return { ...beside, kind: "conversation", turns: [{ messages }] };
    }
    case "prompt": {
      const { prompt, ...beside } = input;
      return { ...beside, kind: "conversation", turns: [{ messages: [{ role: "user", content: prompt }] }] };
    }
    default:
      throw new ShapeError(
        `is of kind "${input.kind}", which cannot be a turn of a conversation: leave out --multi-turn`,
      );
  }
}

/** It is sent to the engine for nothing where the model's own replies take its place. */
function withoutReply({ reply: _, ...turn }: Turn): Turn {
  return turn;
}
