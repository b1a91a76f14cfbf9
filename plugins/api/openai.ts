import { defineApi, type Input, type Params } from "plumb";

/**
 * OpenAI's chat completions, and plain completions where no chat template is applied, as every OpenAI-compatible
 * server understands them. Replies are read by the default reader.
 */
export default defineApi({
  name: "openai",
  endpoint: ({ applyChatTemplate }) => (applyChatTemplate ? "chat/completions" : "completions"),
  buildRequest(input, params) {
    if (input.kind === "raw") return { body: { ...sampling(input, params), ...input.body, ...params.extraArgs } };
    const prompt = promptOf(input, params.applyChatTemplate);
    if (prompt === null) throw new Error(`openai cannot send an input of kind "${input.kind}"`);
    return { body: { model: params.model, ...prompt, ...sampling(input, params), ...params.extraArgs } };
  },
});

function promptOf(input: Input, chat: boolean): Record<string, unknown> | null {
  switch (input.kind) {
    case "messages":
      return chat ? { messages: input.messages } : null;
    case "prompt":
      return chat ? { messages: [{ role: "user", content: input.prompt }] } : { prompt: input.prompt };
    case "tokens":
      return chat ? null : { prompt: input.ids };
    default:
      return null;
  }
}

/** Parameters under the names of OpenAI's API and of vLLM's extensions to it. Absent ones are left out. */
function sampling(input: Input, params: Params): Record<string, unknown> {
  const body: Record<string, unknown> = { model: params.model, stream: params.stream };
  if (params.stream) body.stream_options = { include_usage: true };
  const named: Record<string, unknown> = {
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
    seed: params.given.includes("seed") ? params.seed : undefined,
    ignore_eos: params.ignoreEos,
    ...logprobs(params),
  };
  for (const name in named) if (named[name] !== undefined) body[name] = named[name];
  return body;
}

/** Chat asks for log-probabilities with a flag and a number, completions with the number alone. */
function logprobs(params: Params): Record<string, unknown> {
  if (params.logprobs === undefined) return {};
  return params.applyChatTemplate ? { logprobs: true, top_logprobs: params.logprobs } : { logprobs: params.logprobs };
}
