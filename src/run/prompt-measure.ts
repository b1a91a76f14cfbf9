import type { RunConfig } from "../config/run-config.ts";
import type { Input } from "../contract/input.ts";
import type { TextMeasure } from "../dataset/source.ts";
import type { Probe } from "./preflight.ts";
import type { TokenCounting } from "./token-counting.ts";

/** Words of one question. The more there are, the less the words that are no single token weigh. */
const MOST_WORDS = 640;
/** Where not all words are one token for the service, those are looked for in groups of so many. */
const GROUP = 160;

interface Measured {
  config: Pick<RunConfig, "params" | "testConnection" | "data">;
  counting: Pick<TokenCounting, "counter" | "named">;
  /** null: nobody is to be asked. */
  probe: Probe | null;
  notice(line: string): void;
}

/**
 * How long a made text has to be for a prompt of so many tokens. The service is asked: its counts of one word and of
 * many words, which differ in nothing else, are a line whose slope is the tokens of a word and whose height is what it
 * adds to a text. Where it does not say, a named tokenizer's chat template tells what is added.
 */
export async function measurePrompts(measured: Measured): Promise<TextMeasure> {
  const { counting, config, probe, notice } = measured;
  const words = (await counting.counter.words()).slice(0, MOST_WORDS);
  const count = (chosen: readonly string[]) => serviceCount(measured, chosen);
  const asks = probe !== null && config.testConnection;
  const [one, many] = asks ? await Promise.all([count(words.slice(0, 1)), count(words)]) : [null, null];
  if (one === null) {
    if (!counting.named) notice("lengths of made prompts are those of o200k_base: the service has not said its counts");
    return { words, tokensPerWord: 1, templateTokens: await ownTemplate(measured, words[0]!) };
  }
  const all = perWord(words, one, many);
  if (all === 1 || all === null) return { words, tokensPerWord: 1, templateTokens: one - 1 };
  if (counting.named) {
    notice(`the service counts ${all.toFixed(3)} tokens where --tokenizer-path counts 1: is it the model's tokenizer?`);
  }
  return { ...(await best(count, words, one, all)), templateTokens: Math.max(0, Math.round(one - 1)) };
}

type Count = (words: readonly string[]) => Promise<number | null>;

/** Tokens of a word on the mean, by the difference of many to one; null: the service does not say. */
function perWord(words: readonly string[], one: number, many: number | null): number | null {
  return many === null || words.length < 2 ? null : (many - one) / (words.length - 1);
}

/** Of the words, those groups that are one token each, if any is. */
async function best(
  count: Count,
  words: readonly string[],
  one: number,
  all: number,
): Promise<Omit<TextMeasure, "templateTokens">> {
  const exact: string[] = [];
  for (let start = 0; start + GROUP <= words.length; start += GROUP) {
    const group = words.slice(start, start + GROUP);
    if (perWord(group, one, await count(group)) === 1) exact.push(...group);
  }
  return exact.length > 0 ? { words: exact, tokensPerWord: 1 } : { words, tokensPerWord: all };
}

/** Prompt tokens of a text of these words, as the service counts them. */
async function serviceCount({ config, counting, probe }: Measured, words: readonly string[]): Promise<number | null> {
  const result = await probe?.({ kind: "generate", input: await inputOf(words.join(" "), config, counting) });
  return result?.ok === true ? (result.promptTokens ?? null) : null;
}

/** As the load sends it. */
async function inputOf(
  text: string,
  { params, data }: Measured["config"],
  { counter }: Measured["counting"],
): Promise<Input> {
  if (params.applyChatTemplate) return { kind: "messages", messages: [{ role: "user", content: text }] };
  if (!data.tokenizePrompt) return { kind: "prompt", prompt: text };
  const [ids = []] = await counter.encode([text]);
  return { kind: "tokens", ids };
}

/** By the tokenizer's own chat template, or what it puts round a text. */
async function ownTemplate({ config, counting }: Measured, word: string): Promise<number> {
  if (!counting.named || config.data.tokenizePrompt) return 0;
  const { counter } = counting;
  if (!config.params.applyChatTemplate) return (await counter.surrounding()) ?? 0;
  const [whole = 1] = await counter.count([[{ role: "user", content: word }]]);
  return whole - 1;
}
