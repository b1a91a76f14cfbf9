import type { ConversationConfig } from "../config/conversation.ts";
import type { Source } from "../contract/dataset.ts";
import type { Input } from "../contract/input.ts";
import { drawLengths } from "../contract/lengths.ts";
import type { Params } from "../contract/params.ts";
import { Prng } from "../tokens/prng.ts";
import type { TokenCounter } from "../tokens/token-counter.ts";
import { fitToTemplate } from "./chat-template.ts";
import { ConversationShape } from "./conversation-shape.ts";
import { ShapeError, toInput } from "./input-shape.ts";
import { PromptLength } from "./prompt-length.ts";
import { salted } from "./salt.ts";

/** What a run wants of its inputs beside its parameters. */
export interface FitOptions {
  /** Upper bound of a range for max tokens, from `params.maxTokens`; null: no range. */
  maxTokensTo: number | null;
  /** Of the draws of lengths. */
  seed: number;
  /** Absent: the first input decides whether they are conversations, and they are taken as they are. */
  conversations?: ConversationConfig;
  /** The tokenizer that was named; absent: none was, and prompts are measured in characters. */
  counter?: TokenCounter;
  /** Prompts become the ids of their tokens, by `counter`. */
  tokenizePrompt?: boolean;
  /** Every prompt begins with it; absent: as the data have it. */
  salt?: string;
}

const AS_THEY_ARE: ConversationConfig = {
  multiTurn: false,
  minTurns: null,
  maxTurns: null,
  users: null,
  keepReasoning: false,
};

/** Makes a dataset's items what the run sends. */
export class InputFit {
  readonly length: PromptLength;
  readonly conversations: ConversationShape;
  readonly #random: Prng;

  constructor(
    readonly params: Params,
    source: Source,
    readonly options: FitOptions,
    /** The dataset looks at the bounds on a prompt's length by itself. */
    readonly ownLengths: boolean,
  ) {
    this.length = new PromptLength(params, options.counter ?? null);
    const shape = options.conversations ?? AS_THEY_ARE;
    this.conversations = new ConversationShape(shape, params.maxTokens, source, options.seed);
    this.#random = new Prng(options.seed);
  }

  /**
   * @param pass number of the pass over the data
   * @returns null for what is left out
   * @throws ShapeError where it is none of the contract's forms, or cannot be sent as this run sends
   */
  async fit(item: unknown, pass: number): Promise<Input | null> {
    const whole = fitToTemplate(toInput(item), this.params.applyChatTemplate);
    if (!this.ownLengths && !(await this.length.allows(whole))) return null;
    const input = await this.conversations.fit(whole);
    if (input === null) return null;
    const { salt } = this.options;
    const begun = salt === undefined ? input : salted(input, `${salt}-${pass}`);
    const long = this.#withOutputLength(begun);
    return this.options.tokenizePrompt === true ? this.#tokenized(long) : long;
  }

  /** How many tokens are asked for: exactly so many where a length is, else drawn from the range of --max-tokens. */
  #withOutputLength(input: Input): Input {
    const { lengths, maxTokens = 1 } = this.params;
    const drawn = () =>
      lengths === undefined ? undefined : drawLengths(lengths, () => this.#random.fraction()).output;
    const exact = input.asked?.completionTokens ?? (saysLength(input) ? undefined : drawn());
    if (exact !== undefined) {
      const asked = { ...input.asked, completionTokens: exact };
      return { ...input, maxTokens: exact, params: { ...input.params, minTokens: exact, ignoreEos: true }, asked };
    }
    const { maxTokensTo } = this.options;
    if (maxTokensTo === null || input.maxTokens !== undefined || input.params?.maxTokens !== undefined) return input;
    return { ...input, maxTokens: this.#random.integer(maxTokens, maxTokensTo) };
  }

  async #tokenized(input: Input): Promise<Input> {
    if (input.kind === "tokens" || this.options.counter === undefined) return input;
    if (input.kind !== "prompt") {
      throw new ShapeError(
        `is of kind "${input.kind}", of which no token ids can be made: leave out --tokenize-prompt`,
      );
    }
    const { prompt, ...rest } = input;
    const [ids] = await this.options.counter.encode([prompt]);
    if (ids === undefined || ids.length === 0) throw new ShapeError("has no text to make token ids of");
    return { ...rest, kind: "tokens", ids };
  }
}

/** Whether the data themselves say how long the reply is to be. */
function saysLength(input: Input): boolean {
  if (input.maxTokens !== undefined || input.params?.maxTokens !== undefined) return true;
  return input.kind === "conversation" && input.turns.some(({ maxTokens }) => maxTokens !== undefined);
}
