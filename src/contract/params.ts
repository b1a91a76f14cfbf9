import type { LengthPlan } from "./lengths.ts";

/**
 * The run's options as plugins see them, in camelCase. An option that nobody gave and that has no default is absent.
 * The same names are accepted by a script's configuration.
 */
export interface Params {
  model: string;
  stream: boolean;
  /** The final request URL, credentials removed. */
  url: string;
  maxTokens?: number;
  minTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  frequencyPenalty?: number;
  repetitionPenalty?: number;
  /** Number of top log-probabilities asked for. */
  logprobs?: number;
  nChoices?: number;
  stop?: string[];
  stopTokenIds?: number[];
  /** Goes into the body only if the user gave it. */
  seed?: number;
  ignoreEos?: boolean;
  /** Whether messages are sent as such (the server applies its chat template) or as one raw prompt. */
  applyChatTemplate: boolean;
  /** The text of `--prompt`. */
  prompt?: string;
  datasetPath?: string;
  tokenizerPath?: string;
  /** Bounds on a prompt's length, in characters (in tokens where a tokenizer is given), inclusive. */
  minPromptLength: number;
  maxPromptLength: number;
  /** Length of made prompts, in tokens, where it is one number. */
  inputLen?: number;
  /** How the lengths of made prompts and of replies are drawn, one number included. */
  lengths?: LengthPlan;
  /** Tokens at the beginning of made prompts that they share. */
  prefixLength?: number;
  /** How many different beginnings there are. */
  prefixCount?: number;
  /** Share of the prompts that have a shared beginning, 0 to 1; the others have one of their own. */
  prefixHitRate?: number;
  /** Bounds on a conversation's turns. */
  minTurns?: number;
  maxTurns?: number;
  /** Size of an image in pixels, for datasets with images. */
  imageWidth?: number;
  imageHeight?: number;
  imageFormat?: "jpeg" | "png" | "webp";
  /** Images in a message. */
  imageNum?: number;
  /** Side in pixels of the square that a model makes one token of; for estimates. */
  imagePatchSize?: number;
  /**
   * The body that requests start from; its `messages`, `input.messages`, `input` or `prompt` is replaced, and of the
   * other parameters only those that are in `given` overwrite it.
   */
  queryTemplate?: Record<string, unknown>;
  /** Merged into every request body last. */
  extraArgs: Record<string, unknown>;
  apiArgs: Record<string, unknown>;
  datasetArgs: Record<string, unknown>;
  /** Names of the options above that the user gave himself, as against defaults. */
  given: string[];
}
