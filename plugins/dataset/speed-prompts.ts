import type { Input, Params, Source } from "plumb";
import { draws } from "./draws.ts";

/** Requests of each length. */
const EACH = 2;

/** Made prompts of some lengths in tokens, each length twice, as plain completions: one pass. */
export async function* speedPrompts(lengths: number[], params: Params, source: Source): AsyncGenerator<Input> {
  if (params.applyChatTemplate) {
    throw new Error(
      "speed_benchmark sends plain prompts: end --url in /v1/completions, or give --no-apply-chat-template",
    );
  }
  const around = await source.templateTokens();
  let item = 0;
  for (const tokens of lengths) {
    const own = Math.max(1, tokens - around);
    for (let n = 0; n < EACH; n++) {
      const prompt = await source.makeText(own, draws(params.seed ?? 0, item++)());
      yield { kind: "prompt", prompt, asked: { promptTokens: own + around }, part: `${tokens} tokens` };
    }
  }
}
