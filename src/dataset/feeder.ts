import { setImmediate } from "node:timers/promises";
import type { DataOrder } from "../config/dataset.ts";
import { UserError } from "../config/user-error.ts";
import type { DatasetPlugin, Source } from "../contract/dataset.ts";
import type { Input } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";
import { type FitOptions, InputFit } from "./input-fit.ts";
import { InputOrder } from "./input-order.ts";
import { ShapeError } from "./input-shape.ts";
import { Pass } from "./pass.ts";

/** Items left out, with none used before, after which a dataset counts as unusable: it may be endless. */
const MOST_LEFT_OUT = 100_000;

export interface FeederOptions extends FitOptions {
  /** Absent: as the dataset gives them. */
  order?: DataOrder;
  /** It ends with the data, or with the sample of them, in place of beginning again. */
  once?: boolean;
}

/**
 * A dataset as an endless stream of Inputs of one form, or with `once` as one pass. Unless inputs are wanted in another order nothing is read ahead:
 * a call reads what it answers with. When the data ends it begins again. After a failure every further call fails with
 * it.
 */
export class Feeder {
  readonly #plugin: DatasetPlugin;
  readonly #params: Params;
  readonly #source: Source;
  readonly #fit: InputFit;
  readonly #order: InputOrder;
  readonly #once: boolean;
  #pass: Pass | null = null;
  #passes = 0;
  #leftOut = 0;
  #failure: UserError | null = null;
  #closed = false;
  /** Calls take turns, because a pass has one position. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(plugin: DatasetPlugin, params: Params, source: Source, options: FeederOptions) {
    this.#plugin = plugin;
    this.#params = params;
    this.#source = source;
    this.#fit = new InputFit(params, source, options, plugin.ownLengths === true);
    this.#once = options.once === true;
    this.#order = new InputOrder(options.order ?? { kind: "given" }, options.seed, plugin.endless === true, this.#once);
  }

  /** Items left out for their length so far, in all passes. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** @throws UserError: the dataset failed, yielded something of a wrong shape, or has nothing of the wanted length */
  async next(): Promise<Input> {
    const [input] = await this.take(1);
    return input!;
  }

  /**
   * The next inputs: `count` of them, or at least one where the dataset fails after it; the failure then meets the next
   * call, so a run that needs no more never sees it. With `once` fewer where the data end, and then none.
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

  /** Nothing more is asked of a pass that failed: its files would stay open. */
  async #letGo(): Promise<void> {
    const pass = this.#pass;
    this.#pass = null;
    // What it fails with now is not why it failed.
    await Promise.resolve(pass?.end()).catch(() => {});
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
        const input = await this.#order.next(this.#read);
        if (input === null) return inputs;
        inputs.push(input);
      }
    } catch (error) {
      if (this.#closed) return inputs;
      this.#failure = this.#explain(error);
      await this.#letGo();
      if (inputs.length === 0) throw this.#failure;
    }
    if (inputs.length === 0 && count > 0) throw new Error("the feeder is closed");
    return inputs;
  }

  /** The next input of this pass; null: it has ended. */
  readonly #read = async (): Promise<Input | null> => {
    if (this.#pass === null) {
      if (this.#once && this.#passes > 0) return null;
      this.#pass = new Pass(this.#plugin, this.#params, this.#source);
      this.#passes++;
    }
    const pass = this.#pass;
    while (!this.#closed) {
      const step = await pass.next();
      if (step.done) {
        this.#pass = null;
        if (pass.used === 0) throw this.#unusable(pass);
        if (this.#plugin.timing !== undefined && !this.#once) throw this.#over();
        return null;
      }
      pass.read++;
      const input = await this.#fit.fit(step.value, this.#passes);
      if (input !== null) {
        pass.used++;
        return input;
      }
      await this.#leaveOut(pass);
    }
    throw new Error("the feeder is closed");
  };

  async #leaveOut(pass: Pass): Promise<void> {
    pass.leftOut++;
    this.#leftOut++;
    if (pass.used === 0 && pass.leftOut === MOST_LEFT_OUT) throw this.#unusable(pass);
    // A dataset that never waits would keep Ctrl-C from being heard.
    if (pass.leftOut % 1000 === 0) await setImmediate();
  }

  /** Begun again, its times would lie in the past. */
  #over(): UserError {
    const { name } = this.#plugin;
    return new UserError(`dataset ${name} has ended before its time: some of its inputs were left out or skipped`, 1);
  }

  #unusable({ read, leftOut }: Pass): UserError {
    const dataset = this.#title();
    if (read === 0) return new UserError(`${dataset} is empty: it gave no input at all`, 2);
    const { shortest, longest, unit } = this.#fit.length;
    const { minTurns } = this.#fit.conversations.config;
    const turns = minTurns === null ? "" : `, or have fewer than ${minTurns} turns (--min-turns)`;
    return new UserError(
      `${dataset} has no usable input: ${read} read, ${leftOut} left out for their length, which must be ${shortest} ` +
        `to ${longest} ${unit}; change --min-prompt-length or --max-prompt-length${turns}`,
      2,
    );
  }

  /** The dataset with the file that it was given. */
  #title(): string {
    const { datasetPath } = this.#params;
    return `dataset ${this.#plugin.name}${datasetPath === undefined ? "" : ` (${datasetPath})`}`;
  }

  #explain(error: unknown): UserError {
    if (error instanceof UserError) return error;
    const { name } = this.#plugin;
    if (error instanceof ShapeError) {
      return new UserError(`item ${this.#pass?.read} of ${this.#title()} ${error.message}`, 1, { cause: error });
    }
    const message = error instanceof Error ? error.message : String(error);
    const read = this.#pass?.read ?? 0;
    return new UserError(`dataset ${name} failed${read === 0 ? "" : ` after item ${read}`}: ${message}`, 1, {
      cause: error,
    });
  }
}
