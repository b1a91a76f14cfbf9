import type { RunConfig } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import type { DatasetPlugin } from "../contract/dataset.ts";
import type { Input } from "../contract/input.ts";
import { Feeder, type FeederOptions } from "../dataset/feeder.ts";
import { Mixture } from "../dataset/mixture.ts";
import { FileSource, type TextMeasure } from "../dataset/source.ts";
import { datasetOf } from "../registry/registries.ts";
import type { InputSource } from "./feed.ts";
import type { TokenCounting } from "./token-counting.ts";

/** A run's inputs, of one dataset or of several. */
export interface InputStream extends InputSource {
  /** Items left out for their length so far. */
  readonly leftOut: number;
  close(): Promise<void>;
}

interface InputsOfRun {
  config: RunConfig;
  /** A script's own dataset, in place of the one that is named. */
  own?: DatasetPlugin;
  counting: TokenCounting;
  /** Says how long made text is to be; absent: by the tokenizer alone. */
  measure?(): Promise<TextMeasure>;
  /** What differs from run to run. */
  runId: string;
  /** Ends with the data or the sample of them. A mixture has no end: it draws from each as long as it is asked. */
  once?: boolean;
}

/** @throws UserError (exit 2) where a dataset's plugin cannot be loaded */
export async function inputsOf({
  config,
  own,
  counting,
  measure,
  runId,
  once = false,
}: InputsOfRun): Promise<InputStream> {
  const { data, params, seed, maxTokensTo, conversations } = config;
  const { counter, named } = counting;
  const salt = data.cacheBust === "none" ? 0 : Bun.hash.crc32(runId);
  const source = new FileSource({ counter, salt, ...(measure !== undefined && { measure }) });
  const options: FeederOptions = {
    ...{ maxTokensTo, seed, conversations, order: data.order, tokenizePrompt: data.tokenizePrompt },
    ...(named && { counter }),
    ...(data.cacheBust === "all" && { salt: runId }),
  };
  if (own !== undefined) return new Feeder(own, params, source, { ...options, once });
  if (data.parts.length === 0) return new Feeder(await datasetOf(config), params, source, { ...options, once });
  const parts = data.parts.map(async (part, index) => {
    const ofPart = { ...params, datasetPath: part.path ?? params.datasetPath, datasetArgs: part.args };
    const feeder = new Feeder(await datasetOf(part), ofPart, source, { ...options, seed: seed + index });
    return { name: part.name, weight: part.weight, feeder };
  });
  return new Mixture(await Promise.all(parts), seed);
}

/** What the bounds on a prompt's length count, for whoever gave one; null: nobody did. */
export function lengthNotice({ params }: RunConfig, { named }: TokenCounting): string | null {
  const { given, minPromptLength, maxPromptLength, applyChatTemplate } = params;
  if (!given.includes("minPromptLength") && !given.includes("maxPromptLength")) return null;
  const bounds = `prompts of ${minPromptLength} to ${maxPromptLength}`;
  if (!named)
    return `${bounds} characters are sent; made ones are counted in tokens (others too with --tokenizer-path)`;
  return `${bounds} tokens are sent${applyChatTemplate ? ", chat template included" : ""}`;
}

/**
 * Reads the first input ahead of the run, so that a bad dataset is a mistake in the command.
 * @throws UserError (exit 2)
 */
export async function primed(stream: InputStream): Promise<[Input | undefined, InputSource]> {
  let first = await stream.take(1).catch((error: unknown) => {
    throw error instanceof UserError ? new UserError(error.message, 2, { cause: error }) : error;
  });
  const source = {
    async take(count: number) {
      if (first.length === 0) return stream.take(count);
      const inputs = first;
      first = [];
      return inputs;
    },
  };
  return [first[0], source];
}
