import { drawLengths, type Params, type Source } from "plumb";
import { between, type Draws, draws } from "./draws.ts";

/** One item's made texts. */
export class MadeTexts {
  readonly draw: Draws;

  constructor(
    readonly params: Params,
    readonly source: Source,
    /** Number of the item; it and the run's seed decide the texts. */
    item: number,
  ) {
    this.draw = draws(params.seed ?? 0, item);
  }

  /** Tokens: by `--input-len`; between the bounds on a prompt's length, where they were given; else `otherwise`. */
  length(otherwise: number): number {
    return this.lengths(otherwise).input;
  }

  /** With the length of the reply, where somebody asked for one: both are of one draw. */
  lengths(otherwise: number): { input: number; output?: number } {
    const { lengths, inputLen, minPromptLength, maxPromptLength, given } = this.params;
    const drawn = lengths === undefined ? { input: inputLen } : drawLengths(lengths, () => this.draw() / 2 ** 32);
    if (drawn.input !== undefined) return { ...drawn, input: drawn.input };
    if (!given.includes("minPromptLength") && !given.includes("maxPromptLength")) return { ...drawn, input: otherwise };
    return { ...drawn, input: between(Math.max(1, minPromptLength), Math.max(1, maxPromptLength), this.draw) };
  }

  text(tokens: number): Promise<string> {
    return this.source.makeText(tokens, this.draw());
  }

  /** So many texts of `tokens()` tokens each. */
  async texts(count: number, tokens: () => number): Promise<string[]> {
    const texts: string[] = [];
    while (texts.length < count) texts.push(await this.text(tokens()));
    return texts;
  }
}
