import { defineApi, type Fields, type Input, type Params, requestBody } from "plumb";

/**
 * OpenAI's chat completions, and plain completions where no chat template is applied, as every OpenAI-compatible
 * server understands them. Replies are read by the default reader.
 */
export default defineApi({
  name: "openai",
  endpoint: ({ applyChatTemplate }) => (applyChatTemplate ? "chat/completions" : "completions"),
  buildRequest(input, params) {
    const content = promptOf(input, params.applyChatTemplate);
    const body = requestBody(input, params, { content, fields: (said) => sampling(said, input) });
    // Servers refuse it where nothing is streamed.
    if (body.stream === true && !("stream_options" in body)) body.stream_options = { include_usage: true };
    // They refuse both names at once, and this one nobody writes out but whoever means it.
    if (body.max_completion_tokens !== undefined) delete body.max_tokens;
    return { body };
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
function sampling(params: Partial<Params>, input: Input): Fields {
  const named: Fields = {
    model: params.model,
    stream: params.stream,
    max_tokens: input.maxTokens ?? params.maxTokens,
    min_tokens: params.minTokens,
    temperature: params.temperature,
    top_p: params.topP,
    top_k: params.topK,
    frequency_penalty: params.frequencyPenalty,
    repetition_penalty: params.repetitionPenalty,
    n: params.nChoices,
    stop: params.stop,
    stop_token_ids: params.stopTokenIds,
    seed: params.given?.includes("seed") ? params.seed : undefined,
    ignore_eos: params.ignoreEos,
    ...logprobs(params),
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

/** Chat asks for log-probabilities with a flag and a number, completions with the number alone. */
function logprobs(params: Partial<Params>): Fields {
  if (params.logprobs === undefined) return {};
  return params.applyChatTemplate ? { logprobs: true, top_logprobs: params.logprobs } : { logprobs: params.logprobs };
}
