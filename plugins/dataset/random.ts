import { defineDataset } from "plumb";
import { asInput } from "./as-input.ts";

const DEFAULT_TOKENS = 1024;
const SEEDS = 2 ** 32;
/** Prompts until one run's seeds reach the next one's. */
const PROMPTS = 2 ** 20;

/** Made prompts of exactly `--input-len` tokens, without end, each of them different. */
export default defineDataset({
  name: "random",
  async *buildMessages(params, source) {
    const first = ((params.seed ?? 0) % SEEDS) * PROMPTS;
    for (let prompt = 0; ; prompt++) {
      yield asInput(await source.makeText(params.inputLen ?? DEFAULT_TOKENS, first + prompt), params);
    }
  },
});
