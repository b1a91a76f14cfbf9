import { drawLengths, type Input, type InputBody, type Params, type Source } from "plumb";
import { between, type Draws, draws } from "./draws.ts";

const DEFAULT_TOKENS = 1024;

/** The beginnings that made prompts may share. */
export interface Prefixes {
  /** Tokens of each. */
  tokens: number;
  /** How many there are. */
  count: number;
  /** Share of the prompts that have one of them; the others have one of their own. */
  hitRate: number;
}

/**
 * Made prompts without end, each of them different behind its prefix. Their lengths are drawn from --input-len or
 * --lengths, else evenly from --min-prompt-length to --max-prompt-length, else 1,024 tokens: all that the service reads
 * but the prefix, which comes on top of it.
 */
export async function* madePrompts(params: Params, source: Source, prefixes: Prefixes): AsyncGenerator<Input> {
  for (let item = 0; ; item++) {
    const draw = draws(params.seed ?? 0, item);
    const { input, output } = lengthsOf(params, draw);
    const wanted = (input ?? params.inputLen ?? DEFAULT_TOKENS) + prefixes.tokens;
    const prefix = prefixes.tokens === 0 ? "" : await prefixOf(prefixes, params.seed ?? 0, draw, source);
    // What a chat template takes is no text any more; less than one token beside it cannot be sent.
    const template = await source.templateTokens();
    const own = Math.max(prefix === "" ? 1 : 0, wanted - prefixes.tokens - template);
    const text = [prefix, await source.makeText(own, seedOf(draw))].filter((part) => part !== "").join(" ");
    const asked = {
      promptTokens: own + prefixes.tokens + template,
      ...(output !== undefined && { completionTokens: output }),
    };
    yield { ...bodyOf(text, params), asked };
  }
}

function bodyOf(prompt: string, { applyChatTemplate }: Params): InputBody {
  if (!applyChatTemplate) return { kind: "prompt", prompt };
  return { kind: "messages", messages: [{ role: "user", content: prompt }] };
}

function lengthsOf(params: Params, draw: Draws): { input?: number; output?: number } {
  const { lengths, minPromptLength, maxPromptLength, given } = params;
  const drawn = lengths === undefined ? {} : drawLengths(lengths, () => draw() / 2 ** 32);
  const bounded = given.includes("minPromptLength") || given.includes("maxPromptLength");
  if (drawn.input !== undefined || params.inputLen !== undefined || !bounded) return drawn;
  return { ...drawn, input: between(Math.max(1, minPromptLength), Math.max(1, maxPromptLength), draw) };
}

async function prefixOf(
  { tokens, count, hitRate }: Prefixes,
  seed: number,
  draw: Draws,
  source: Source,
): Promise<string> {
  const shared = draw() / 2 ** 32 < hitRate;
  const which = between(0, count - 1, draw);
  return source.makeText(tokens, shared ? seedOf(draws(seed, -1 - which)) : seedOf(draw));
}

/** 53 bits: of a million prompts no two are alike. */
function seedOf(draw: Draws): number {
  return (draw() >>> 11) * 2 ** 32 + draw();
}
