import {
  countOf,
  type Delta,
  defineApi,
  errorWords,
  type Fields,
  fieldsOf,
  type Input,
  imageUrl,
  inlineImage,
  isFields,
  listOf,
  type Message,
  malformedReply,
  messagesOf,
  messageText,
  type Params,
  requestBody,
  textOf,
} from "plumb";

/** Ollama's own API: `/api/chat`, and `/api/generate` where no chat template is applied. Streams are NDJSON. */
export default defineApi({
  name: "ollama",
  endpoint: ({ applyChatTemplate }) => (applyChatTemplate ? "/api/chat" : "/api/generate"),
  produces: "text",
  framing: "ndjson",
  buildRequest(input, params) {
    const fields = ({ model, stream, ...said }: Partial<Params>) => ({ model, stream, options: sampling(said, input) });
    return { body: requestBody(input, params, { content: promptOf(input, params), fields, deep: ["options"] }) };
  },
  reader: () => ({
    event: ({ data, json }) => read(data, json),
    body: read,
    repeatable: true,
  }),
});

function promptOf(input: Input, params: Params): Fields {
  if (input.kind === "raw") return {};
  if (params.applyChatTemplate) return { messages: messagesOf(input, "ollama").map(messageOf) };
  if (input.kind !== "prompt") throw new Error(`ollama cannot send an input of kind "${input.kind}" to /api/generate`);
  // Even there the server applies a template; who asked for none gets none.
  return { prompt: input.prompt, raw: params.given.includes("applyChatTemplate") ? true : undefined };
}

/** Images stand beside the text, as base64 without a data URL's head. */
function messageOf(message: Message): Fields {
  const { content } = message;
  if (!Array.isArray(content)) return { ...message };
  const images = content.map(imageUrl).filter((url) => url !== null);
  return { ...message, content: messageText(message), images: images.length === 0 ? undefined : images.map(base64Of) };
}

function base64Of(url: string): string {
  const image = inlineImage(url);
  if (image === null) throw new Error(`ollama takes images as data URLs, not "${url.slice(0, 80)}"`);
  return image.base64;
}

function sampling(params: Partial<Params>, input: Input): Fields {
  return {
    num_predict: input.maxTokens ?? params.maxTokens,
    temperature: params.temperature,
    top_p: params.topP,
    top_k: params.topK,
    frequency_penalty: params.frequencyPenalty,
    repeat_penalty: params.repetitionPenalty,
    stop: params.stop,
    seed: params.given?.includes("seed") ? params.seed : undefined,
  };
}

/** A line of a stream, or a whole reply: the same fields. */
function read(text: string, json: unknown): Delta[] {
  if (!isFields(json)) return [malformedReply(text, json)];
  if (json.error != null) return [{ kind: "error", message: errorWords(json) }];
  if (!("done" in json)) return [malformedReply(text, json)];
  const message = fieldsOf(json.message);
  const deltas: Delta[] = [
    { kind: "reasoning", text: textOf(message.thinking) || textOf(json.thinking) },
    { kind: "text", text: textOf(message.content) || textOf(json.response) },
    { kind: "tool", text: listOf(message.tool_calls).map(calledText).join("") },
  ];
  const said = deltas.filter((delta) => "text" in delta && delta.text !== "");
  return json.done === true ? [...said, ...readEnd(json)] : said;
}

function calledText(call: unknown): string {
  const { name, arguments: given } = fieldsOf(fieldsOf(call).function);
  return textOf(name) + (isFields(given) ? JSON.stringify(given) : textOf(given));
}

function readEnd({ prompt_eval_count, eval_count, done_reason }: Fields): Delta[] {
  return [
    { kind: "usage", promptTokens: countOf(prompt_eval_count), completionTokens: countOf(eval_count) },
    { kind: "finish", reason: textOf(done_reason) || "stop" },
    { kind: "end" },
  ];
}
