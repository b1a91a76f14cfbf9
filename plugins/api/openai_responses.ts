import {
  countOf,
  type Delta,
  defineApi,
  errorWords,
  type Fields,
  fieldsOf,
  type Input,
  imageUrl,
  isFields,
  listOf,
  type Message,
  malformedReply,
  messagesOf,
  type Params,
  requestBody,
  textOf,
} from "plumb";

/** OpenAI's Responses, whose streams consist of named events. */
export default defineApi({
  name: "openai_responses",
  aliases: ["responses", "openai_response"],
  endpoint: "responses",
  produces: "text",
  framing: "sse",
  buildRequest(input, params) {
    const body = requestBody(input, params, { content: contentOf(input), fields: (said) => sampling(said, input) });
    return { body };
  },
  reader: () => ({
    event: ({ name, data, json }) => {
      // Not part of the API, and yet some servers close with it, after the API's own end.
      if (data.trim() === "[DONE]") return [];
      return isFields(json) ? readEvent(json, name) : [malformedReply(data, json)];
    },
    body: (text, json) => {
      if (!isFields(json)) return [malformedReply(text, json)];
      if (json.error == null && !Array.isArray(json.output)) return [malformedReply(text, json)];
      return [...listOf(json.output).flatMap((item) => readItem(fieldsOf(item))), ...readEnd(json)];
    },
    repeatable: true,
  }),
});

function contentOf(input: Input): Fields {
  if (input.kind === "raw") return {};
  return { input: input.kind === "prompt" ? input.prompt : messagesOf(input, "openai_responses").map(itemOf) };
}

/** Parts are named after who said them, and an image is its URL. */
function itemOf(message: Message): Fields {
  const { role, content } = message;
  if (!Array.isArray(content)) return { ...message };
  const text = role === "assistant" ? "output_text" : "input_text";
  const parts = content.map((part) => {
    const url = imageUrl(part);
    if (url !== null) return { type: "input_image", image_url: url };
    return part.type === "text" ? { ...part, type: text } : part;
  });
  return { ...message, content: parts };
}

/** OpenAI's own names, and those that compatible servers add to them. */
function sampling(params: Partial<Params>, input: Input): Fields {
  return {
    model: params.model,
    stream: params.stream,
    max_output_tokens: input.maxTokens ?? params.maxTokens,
    temperature: params.temperature,
    top_p: params.topP,
    top_k: params.topK,
    top_logprobs: params.logprobs,
    frequency_penalty: params.frequencyPenalty,
    repetition_penalty: params.repetitionPenalty,
    min_tokens: params.minTokens,
    stop: params.stop,
    stop_token_ids: params.stopTokenIds,
    seed: params.given?.includes("seed") ? params.seed : undefined,
    ignore_eos: params.ignoreEos,
  };
}

function readEvent(json: Fields, name: string | undefined): Delta[] {
  const type = textOf(json.type) || name;
  switch (type) {
    case "response.output_text.delta":
    case "response.refusal.delta":
      return said("text", json.delta);
    case "response.reasoning_text.delta":
    case "response.reasoning_summary_text.delta":
      return said("reasoning", json.delta);
    case "response.function_call_arguments.delta":
      return said("tool", json.delta);
    case "response.output_item.added":
      // A call's name is the model's output as well; the arguments follow on their own.
      return said("tool", fieldsOf(json.item).type === "function_call" ? fieldsOf(json.item).name : "");
    case "response.completed":
    case "response.incomplete":
    case "response.failed":
      return readEnd({ status: type.slice("response.".length), ...fieldsOf(json.response) });
    default:
      return type === "error" || json.error != null ? [{ kind: "error", message: errorWords(json) }] : [];
  }
}

/** What a whole response says of its end. One that is still `in_progress` has none. */
function readEnd(response: Fields): Delta[] {
  const { status, error } = response;
  if (error != null || status === "failed" || status === "cancelled") {
    return [...readUsage(response.usage), { kind: "error", message: errorWords(response) }];
  }
  if (status !== "completed" && status !== "incomplete") return readUsage(response.usage);
  const reason = textOf(fieldsOf(response.incomplete_details).reason) || status;
  return [...readUsage(response.usage), { kind: "finish", reason }, { kind: "end" }];
}

function readItem({ type, content, summary, name, arguments: given }: Fields): Delta[] {
  switch (type) {
    case "message":
      return listOf(content).flatMap((part) => said("text", fieldsOf(part).text ?? fieldsOf(part).refusal));
    case "reasoning":
      return [...listOf(summary), ...listOf(content)].flatMap((part) => said("reasoning", fieldsOf(part).text));
    case "function_call":
      return said("tool", textOf(name) + textOf(given));
    default:
      return [];
  }
}

function said(kind: "text" | "reasoning" | "tool", text: unknown): Delta[] {
  return typeof text === "string" && text !== "" ? [{ kind, text }] : [];
}

function readUsage(usage: unknown): Delta[] {
  if (!isFields(usage)) return [];
  return [
    {
      kind: "usage",
      promptTokens: countOf(usage.input_tokens),
      completionTokens: countOf(usage.output_tokens),
      cachedTokens: countOf(fieldsOf(usage.input_tokens_details).cached_tokens),
      reasoningTokens: countOf(fieldsOf(usage.output_tokens_details).reasoning_tokens),
    },
  ];
}
