import { UserError } from "../config/user-error.ts";
import type { DatasetPlugin, Source } from "../contract/dataset.ts";
import type { Input } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";
import type { TokenCounter } from "../tokens/token-counter.ts";
import { fitToTemplate } from "./chat-template.ts";
import { ShapeError, toInput } from "./input-shape.ts";
import { Pass } from "./pass.ts";
import { PromptLength } from "./prompt-length.ts";

/** An input as a run would send it. */
export interface SeenInput {
  input: Input;
  /** false: a run leaves it out for its length. */
  allowed: boolean;
}

/**
 * A dataset's inputs from the first to the last, once, as a run would send them.
 * @param counter the tokenizer that was named, by which prompts are measured; null: none was
 * @throws UserError (exit 1) that names the dataset and what it fails with
 */
export async function* onePass(
  plugin: DatasetPlugin,
  params: Params,
  source: Source,
  counter: TokenCounter | null = null,
): AsyncGenerator<SeenInput> {
  const length = new PromptLength(params, counter);
  let pass: Pass | null = null;
  try {
    pass = new Pass(plugin, params, source);
    for (;;) {
      const step = await pass.next();
      if (step.done) return;
      pass.read++;
      const input = fitToTemplate(toInput(step.value), params.applyChatTemplate);
      yield { input, allowed: plugin.ownLengths === true || (await length.allows(input)) };
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof ShapeError) {
      throw new UserError(`item ${pass?.read} of dataset ${plugin.name} ${error.message}`, 1, { cause: error });
    }
    const message = error instanceof Error ? error.message : String(error);
    const place = pass === null || pass.read === 0 ? "" : ` after item ${pass.read}`;
    throw new UserError(`dataset ${plugin.name} failed${place}: ${message}`, 1, { cause: error });
  } finally {
    await pass?.end();
  }
}
