import { parseInputLengths, parseLength, parseLengthPairs } from "../config/lengths.ts";
import { asNumber, asText, asWhole, single, toggle } from "./flag-kinds.ts";

/** Flags that say how long prompts and replies are, and which of a dataset's inputs are sent. */
export const DATASET_FLAGS = {
  tokenizerPath: single(asText, {
    help: "Tokenizer to count and to make prompts with: tokenizer.json, its folder, .tiktoken, a name like o200k_base, or server",
    hint: "PATH|NAME",
  }),
  inputLen: single(parseInputLengths, {
    help: "Length of made prompts, in tokens: N, FROM-TO, normal:MEAN,STD or lognormal:MEAN,STD",
    hint: "LENGTH",
  }),
  outputLen: single(parseLength, {
    help: "Length of replies, in tokens, the same forms: sets least and most and asks to go on after the model's end",
    hint: "LENGTH",
  }),
  lengths: single(parseLengthPairs, {
    help: "Lengths of prompt and reply together, with weights: '128,64:25;512,128:75'",
    hint: "IN,OUT:WEIGHT;...",
  }),
  prefixLength: single(asWhole({ min: 0 }), {
    help: "Tokens that made prompts share at their beginning, before --input-len",
    hint: "N",
  }),
  prefixCount: single(asWhole({ min: 1 }), {
    help: "Different beginnings of that length, of which each prompt of random_prefix has one (default 1)",
    hint: "K",
  }),
  prefixHitRate: single(asNumber({ min: 0, max: 1 }), {
    help: "Share of the prompts of random_prefix with a shared beginning; the others have their own (default 1)",
    hint: "R",
  }),
  tokenizePrompt: toggle({ help: "Send prompts as token ids, to /v1/completions", default: false }),
  cacheBust: toggle({
    help: "Begin every prompt in a way of this run's own, so that nothing is cached of it (default: made prompts only)",
    negative: "Send the same made prompts in every run",
  }),
  sample: single(asWhole({ min: 1 }), { help: "Send a random sample of N inputs, over and over", hint: "N" }),
  shuffle: toggle({ help: "Send the inputs in random order, within a window of 10,000", default: false }),
};
