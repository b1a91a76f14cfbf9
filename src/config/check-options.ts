import type { Mistakes } from "./mistakes.ts";
import type { RunOptions } from "./run-options.ts";

/** Options that contradict each other and belong to no other room. */
export function checkOptions(
  { options, given }: { options: RunOptions; given: ReadonlySet<string> },
  mistakes: Mistakes,
): void {
  const [maxTokens = Number.POSITIVE_INFINITY, maxTokensTo = maxTokens] = options.maxTokens;
  if (options.maxTokens.length > 2) mistakes.add("--max-tokens takes one value, or the two bounds of a range");
  if (maxTokensTo < maxTokens) {
    mistakes.add(`--max-tokens: a range goes from low to high, not from ${maxTokens} to ${maxTokensTo}`);
  }
  if ((options.minTokens ?? 0) > maxTokens) {
    mistakes.add(`--min-tokens ${options.minTokens} is above --max-tokens ${maxTokens}`);
  }
  if (options.minPromptLength > options.maxPromptLength) {
    mistakes.add(
      `--min-prompt-length ${options.minPromptLength} is above --max-prompt-length ${options.maxPromptLength}`,
    );
  }
  if (given.has("prompt") && options.dataset !== undefined && options.dataset !== "prompt") {
    mistakes.add("--prompt and --dataset both say what to send: give one of them");
  }
}
