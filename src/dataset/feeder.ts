import { setImmediate } from "node:timers/promises";
import { UserError } from "../config/user-error.ts";
import type { DatasetPlugin, Source } from "../contract/dataset.ts";
import type { Input } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";
import { Prng } from "../tokens/prng.ts";
import { fitToTemplate } from "./chat-template.ts";
import { ShapeError, toInput } from "./input-shape.ts";
import { Pass } from "./pass.ts";
import { PromptLength } from "./prompt-length.ts";

/** Items left out, with none used before, after which a dataset counts as unusable: it may be endless. */
const MOST_LEFT_OUT = 100_000;

export interface FeederOptions {
  /** Upper bound of a range for max tokens, from `params.maxTokens`; null: no range. */
  maxTokensTo: number | null;
  /** Picks the draws from that range. */
  seed: number;
}

/**
 * A dataset as an endless stream of Inputs of one form. Nothing is read ahead: a call reads what it answers with. When
 * the data ends it begins again. After a failure every further call fails with it.
 */
export class Feeder {
  readonly #plugin: DatasetPlugin;
  readonly #params: Params;
  readonly #source: Source;
  readonly #length: PromptLength;
  readonly #maxTokensTo: number | null;
  readonly #random: Prng;
  #pass: Pass | null = null;
  #failure: UserError | null = null;
  #closed = false;
  /** Calls take turns, because a pass has one position. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(plugin: DatasetPlugin, params: Params, source: Source, options: FeederOptions) {
    this.#plugin = plugin;
    this.#params = params;
    this.#source = source;
    this.#length = new PromptLength(params);
    this.#maxTokensTo = options.maxTokensTo;
    this.#random = new Prng(options.seed);
  }

  /** @throws UserError: the dataset failed, yielded something of a wrong shape, or has nothing of the wanted length */
  async next(): Promise<Input> {
    const [input] = await this.take(1);
    return input!;
  }

  /**
   * The next inputs: `count` of them, or at least one where the dataset fails after it; the failure then meets the next
   * call, so a run that needs no more never sees it.
   * @throws UserError as `next` does
   */
  take(count: number): Promise<Input[]> {
    return this.#inTurn(() => this.#fill(count));
  }

  /**
   * Lets go of the dataset's files; waits for a call that is under way.
   * @throws UserError where the dataset fails to
   */
  close(): Promise<void> {
    this.#closed = true;
    return this.#inTurn(async () => {
      const pass = this.#pass;
      this.#pass = null;
      await pass?.end().catch((error: unknown) => {
        throw this.#explain(error);
      });
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work, work);
    this.#turn = result;
    return result;
  }

  async #fill(count: number): Promise<Input[]> {
    const inputs: Input[] = [];
    try {
      while (inputs.length < count && !this.#closed) {
        if (this.#failure !== null) throw this.#failure;
        const input = await this.#step();
        if (input !== null) inputs.push(input);
      }
    } catch (error) {
      this.#failure = this.#explain(error);
      if (inputs.length === 0) throw this.#failure;
    }
    if (inputs.length === 0 && count > 0) throw new Error("the feeder is closed");
    return inputs;
  }

  /** Reads one item; null where it gave no input. */
  async #step(): Promise<Input | null> {
    this.#pass ??= new Pass(this.#plugin, this.#params, this.#source);
    const pass = this.#pass;
    const step = await pass.next();
    if (step.done) {
      this.#pass = null;
      if (pass.used === 0) throw this.#unusable(pass);
      return null;
    }
    pass.read++;
    const input = fitToTemplate(toInput(step.value), this.#params.applyChatTemplate);
    if (!this.#length.allows(input)) {
      await this.#leaveOut(pass);
      return null;
    }
    pass.used++;
    return this.#withMaxTokens(input);
  }

  async #leaveOut(pass: Pass): Promise<void> {
    pass.leftOut++;
    if (pass.used === 0 && pass.leftOut === MOST_LEFT_OUT) throw this.#unusable(pass);
    // A dataset that never waits would keep Ctrl-C from being heard.
    if (pass.leftOut % 1000 === 0) await setImmediate();
  }

  #withMaxTokens(input: Input): Input {
    if (this.#maxTokensTo === null || input.maxTokens !== undefined) return input;
    return { ...input, maxTokens: this.#random.integer(this.#params.maxTokens ?? 1, this.#maxTokensTo) };
  }

  #unusable({ read, leftOut }: Pass): UserError {
    const { datasetPath } = this.#params;
    const dataset = `dataset ${this.#plugin.name}${datasetPath === undefined ? "" : ` (${datasetPath})`}`;
    if (read === 0) return new UserError(`${dataset} is empty: it gave no input at all`, 2);
    const { shortest, longest } = this.#length;
    return new UserError(
      `${dataset} has no usable input: ${read} read, ${leftOut} left out for their length, which must be ${shortest} ` +
        `to ${longest} characters; change --min-prompt-length or --max-prompt-length`,
      2,
    );
  }

  #explain(error: unknown): UserError {
    if (error instanceof UserError) return error;
    const { name } = this.#plugin;
    if (error instanceof ShapeError) {
      return new UserError(`item ${this.#pass?.read} of dataset ${name} ${error.message}`, 1, { cause: error });
    }
    const message = error instanceof Error ? error.message : String(error);
    const read = this.#pass?.read ?? 0;
    return new UserError(`dataset ${name} failed${read === 0 ? "" : ` after item ${read}`}: ${message}`, 1, {
      cause: error,
    });
  }
}
