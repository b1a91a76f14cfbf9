import type { Input } from "../contract/input.ts";
import { Prng } from "../tokens/prng.ts";
import type { Feeder } from "./feeder.ts";

export interface WeightedFeeder {
  /** What its inputs are called in the figures. */
  name: string;
  feeder: Pick<Feeder, "next" | "close" | "leftOut">;
  /** Above 0. */
  weight: number;
}

/** Inputs of several datasets, each drawn as often as its weight says; every one begins again by itself where it ends. */
export class Mixture {
  readonly #random: Prng;
  readonly #whole: number;
  #failure: unknown = null;

  constructor(
    readonly parts: WeightedFeeder[],
    seed: number,
  ) {
    this.#random = new Prng(seed);
    this.#whole = parts.reduce((sum, { weight }) => sum + weight, 0);
  }

  /** As a Feeder's, of all of them. */
  get leftOut(): number {
    return this.parts.reduce((sum, { feeder }) => sum + feeder.leftOut, 0);
  }

  /** As a Feeder's. @throws UserError where one of the datasets fails */
  async take(count: number): Promise<Input[]> {
    const inputs: Input[] = [];
    while (inputs.length < count) {
      if (this.#failure !== null) throw this.#failure;
      const { name, feeder } = this.#draw();
      try {
        inputs.push({ ...(await feeder.next()), part: name });
      } catch (error) {
        this.#failure = error;
        if (inputs.length > 0) break;
      }
    }
    return inputs;
  }

  /** @throws UserError where one of the datasets fails to */
  async close(): Promise<void> {
    await Promise.all(this.parts.map(({ feeder }) => feeder.close()));
  }

  #draw(): WeightedFeeder {
    let left = this.#random.fraction() * this.#whole;
    const drawn = this.parts.find(({ weight }) => {
      left -= weight;
      return left < 0;
    });
    return drawn ?? this.parts.at(-1)!;
  }
}
