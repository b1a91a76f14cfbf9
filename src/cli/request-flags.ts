import {
  asJsonObject,
  asNumber,
  asText,
  asTextOrFile,
  asWhole,
  orAlone,
  several,
  single,
  toggle,
} from "./flag-kinds.ts";

/** Flags that say what each request asks for. */
export const REQUEST_FLAGS = {
  dataset: single(asText, {
    help: "Where prompts come from (default openqa; prompt when --prompt is given); several by weight: openqa:0.7,jsonl=FILE:0.3",
    hint: "NAME",
  }),
  datasetPath: single(asText, { help: "File or folder the dataset reads", hint: "PATH" }),
  prompt: single(asTextOrFile, { help: "Send this one text every time, or the text of a file", hint: "TEXT|@FILE" }),
  minPromptLength: single(asWhole({ min: 0 }), {
    help: "Leave out shorter prompts, in characters; with --tokenizer-path in tokens, template included",
    hint: "N",
    default: 0,
  }),
  maxPromptLength: single(asWhole({ min: 0 }), {
    help: "The same for longer ones",
    hint: "N",
    default: 131072,
  }),
  applyChatTemplate: toggle({
    help: "Send messages, the server applies its chat template (default: decided by the URL's path)",
    negative: "Send one raw prompt",
  }),
  maxTokens: several(asWhole({ min: 1 }), {
    help: "Output tokens asked for: a number, or MIN MAX to draw from",
    hint: "N [N]",
    commas: true,
    replaces: true,
    default: [2048],
  }),
  minTokens: single(asWhole({ min: 0 }), { help: "Least output tokens", hint: "N" }),
  temperature: single(asNumber({ min: 0 }), { help: "Sampling temperature", hint: "X", default: 0 }),
  topP: single(asNumber({ min: 0, max: 1 }), { help: "Nucleus sampling, 0 to 1", hint: "X" }),
  topK: single(asWhole({ min: -1 }), { help: "Sample from the K likeliest tokens", hint: "K" }),
  frequencyPenalty: single(asNumber({ min: -2, max: 2 }), { help: "Frequency penalty, -2 to 2", hint: "X" }),
  repetitionPenalty: single(asNumber({ min: 0 }), { help: "Repetition penalty, 1 for none", hint: "X" }),
  logprobs: orAlone(
    single(asWhole({ min: 0 }), {
      help: "Ask for the log-probabilities of the N likeliest tokens (alone: 1)",
      hint: "N",
    }),
    1,
  ),
  nChoices: single(asWhole({ min: 1 }), { help: "Choices asked for in each request", hint: "N" }),
  stop: several(asText, { help: "Texts that end the output", hint: "TEXT...", commas: false }),
  stopTokenIds: several(asWhole({ min: 0 }), { help: "Tokens that end the output", hint: "ID...", commas: true }),
  seed: single(asWhole({ min: 0, max: 2 ** 32 - 1 }), {
    help: "Seed of plumb's own draws (default 0); sent along if given",
    hint: "N",
  }),
  ignoreEos: toggle({ help: "Ask for output up to --max-tokens whatever the model says" }),
  stream: toggle({ help: "Ask for streamed replies", negative: "Ask for one whole reply", default: true }),
  queryTemplate: single(asJsonObject, {
    help: "JSON object that request bodies start from; %m in it stands for the model, %p for the prompt",
    hint: "JSON|@FILE",
  }),
  apiArgs: single(asJsonObject, {
    help: "JSON object with options of the API's own: plumb plugins show NAME lists them",
    hint: "JSON|@FILE",
    default: {} as Record<string, unknown>,
  }),
  datasetArgs: single(asJsonObject, {
    help: "JSON object with options of the dataset's own",
    hint: "JSON|@FILE",
    default: {} as Record<string, unknown>,
  }),
  extraArgs: single(asJsonObject, {
    help: "JSON object merged into every request body last",
    hint: "JSON|@FILE",
    default: {} as Record<string, unknown>,
  }),
};
