import { defineApi, type Input, type Params } from "plumb";

type Fields = Record<string, unknown>;

/**
 * OpenAI's chat completions, and plain completions where no chat template is applied, as every OpenAI-compatible
 * server understands them. Replies are read by the default reader.
 */
export default defineApi({
  name: "openai",
  endpoint: ({ applyChatTemplate }) => (applyChatTemplate ? "chat/completions" : "completions"),
  buildRequest(input, params) {
    // What somebody wrote out goes before what the options say.
    const written: Fields = { ...(input.kind === "raw" ? input.body : {}), ...params.extraArgs };
    const prompt = promptOf(input, params.applyChatTemplate);
    return { body: { model: params.model, ...prompt, ...sampling(input, params, written), ...written } };
  },
});

function promptOf(input: Input, chat: boolean): Fields {
  switch (input.kind) {
    case "raw":
      return {};
    case "messages":
      if (chat) return { messages: input.messages };
      break;
    case "prompt":
      return chat ? { messages: [{ role: "user", content: input.prompt }] } : { prompt: input.prompt };
    case "tokens":
      if (!chat) return { prompt: input.ids };
      break;
  }
  const endpoint = chat ? "chat completions" : "completions";
  throw new Error(`openai cannot send an input of kind "${input.kind}" to ${endpoint}`);
}

/** Parameters under the names of OpenAI's API and of vLLM's extensions to it. Absent ones are left out. */
function sampling(input: Input, params: Params, written: Fields): Fields {
  const stream = written.stream ?? params.stream;
  const named: Fields = {
    stream,
    // Servers refuse it where nothing is streamed.
    stream_options: stream === true ? { include_usage: true } : undefined,
    // They refuse both names at once, too.
    max_tokens: written.max_completion_tokens === undefined ? (input.maxTokens ?? params.maxTokens) : undefined,
    min_tokens: params.minTokens,
    temperature: params.temperature,
    top_p: params.topP,
    top_k: params.topK,
    frequency_penalty: params.frequencyPenalty,
    repetition_penalty: params.repetitionPenalty,
    n: params.nChoices,
    stop: params.stop,
    stop_token_ids: params.stopTokenIds,
    seed: params.given.includes("seed") ? params.seed : undefined,
    ignore_eos: params.ignoreEos,
    ...logprobs(params),
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

/** Chat asks for log-probabilities with a flag and a number, completions with the number alone. */
function logprobs(params: Params): Fields {
  if (params.logprobs === undefined) return {};
  return params.applyChatTemplate ? { logprobs: true, top_logprobs: params.logprobs } : { logprobs: params.logprobs };
}
