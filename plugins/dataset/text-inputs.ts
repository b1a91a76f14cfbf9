import type { LooseInput, Params, Source } from "plumb";
import { asInput } from "./as-input.ts";
import { firstTokens } from "./first-tokens.ts";

/**
 * Texts as what the run sends, made as long as the text options want them. What is no text goes through as it is, or is
 * refused where a length is wanted.
 */
export async function* textInputs(
  items: AsyncIterable<LooseInput> | Iterable<LooseInput>,
  params: Params,
  source: Source,
): AsyncGenerator<LooseInput> {
  const fit = await Fit.of(params, source);
  let dropped = 0;
  let used = 0;
  for await (const item of items) {
    const input = typeof item !== "string" ? fit.whole(item) : await fit.input(item);
    if (input === null) dropped++;
    else {
      used++;
      yield input;
    }
  }
  if (used === 0 && dropped > 0) {
    throw new Error(`all ${dropped} texts have fewer tokens than target_input_len ${fit.target}`);
  }
}

class Fit {
  private constructor(
    readonly params: Params,
    readonly source: Source,
    /** Tokens; null: texts stay as they are. */
    readonly target: number | null,
    /** Of `target` tokens; empty: none is wanted. */
    readonly prefix: string,
  ) {}

  /** @throws Error where the options contradict each other */
  static async of(params: Params, source: Source): Promise<Fit> {
    const { target_input_len: target, input_len_mode: mode, prefix_file: file } = params.datasetArgs;
    if (target !== undefined && !(Number.isSafeInteger(target) && Number(target) > 0)) {
      throw new Error(`target_input_len must be a whole number of tokens from 1, not ${target}`);
    }
    if (typeof file !== "string") return new Fit(params, source, target === undefined ? null : Number(target), "");
    if (target === undefined) throw new Error("prefix_file needs target_input_len: the tokens of prefix and prompt");
    if (mode === "drop") throw new Error("prefix_file fills up short prompts, which input_len_mode drop leaves out");
    const prefix = (await Array.fromAsync(source.lines(file))).join("\n");
    if (prefix.trim() === "") throw new Error(`prefix_file ${file} has no text`);
    return new Fit(params, source, Number(target), await repeated(prefix, Number(target), source));
  }

  whole(item: LooseInput): LooseInput {
    if (this.target === null) return item;
    throw new Error("target_input_len is for plain texts alone, and this item is none");
  }

  /** null: the text is too short. */
  async input(text: string): Promise<LooseInput | null> {
    if (this.target === null) return asInput(text, this.params);
    const cut = await firstTokens(text, this.target, this.source);
    // Tokens may not come out even: one below is as long as this text can be cut.
    if (this.params.datasetArgs.input_len_mode === "drop" && cut.text === text && cut.tokens < this.target) return null;
    const room = this.target - cut.tokens;
    const before = this.prefix === "" || room === 0 ? "" : (await firstTokens(this.prefix, room, this.source)).text;
    if (before !== "" && this.params.applyChatTemplate && this.params.datasetArgs.prefix_role !== "user") {
      return [
        { role: "system", content: before },
        { role: "user", content: cut.text },
      ];
    }
    return asInput(before + cut.text, this.params);
  }
}

/** A prefix as long as any prompt can need it: counted once, for the file may be a book. */
async function repeated(prefix: string, tokens: number, source: Source): Promise<string> {
  let pool = prefix;
  while ((await source.countTokens(pool)) < tokens) pool += `\n${pool}`;
  return (await firstTokens(pool, tokens, source)).text;
}
