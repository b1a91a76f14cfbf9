import { type Call, isObject, MAX_CHOICES, messageTokens, modelOf, parseObject, promptOf, whole } from "./call.ts";

export type OpenAiApi = "chat" | "completions";

export interface OpenAiCall extends Call {
  api: OpenAiApi;
  /** Usage in a last event of its own. */
  includeUsage: boolean;
  /** Usage so far in every event. */
  continuousUsage: boolean;
}

/** @throws OpenAiError (400) naming the field */
export function parseCall(api: OpenAiApi, text: string): OpenAiCall {
  const body = parseObject(text);
  const streamOptions = isObject(body.stream_options) ? body.stream_options : {};
  const prompt = api === "chat" ? { tokens: messageTokens(body.messages), count: 1 } : promptOf(body.prompt);
  return {
    api,
    ...(api === "completions" ? { plain: true } : {}),
    model: modelOf(body),
    stream: body.stream === true,
    choices: (whole(body, "n", 1, MAX_CHOICES) ?? 1) * prompt.count,
    includeUsage: streamOptions.include_usage === true,
    continuousUsage: streamOptions.continuous_usage_stats === true,
    promptTokens: prompt.tokens,
    maxTokens: whole(body, "max_completion_tokens", 1) ?? whole(body, "max_tokens", 1),
    minTokens: whole(body, "min_tokens", 0) ?? 0,
    ignoreEos: body.ignore_eos === true,
  };
}
