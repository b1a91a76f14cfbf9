import {
  type ContentPart,
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
  malformedReply,
  messagesOf,
  messageText,
  type Params,
  type Reader,
  requestBody,
  textOf,
} from "plumb";

/** The API refuses a request without a limit; this one is taken where nobody gives any, in tokens. */
const MAX_TOKENS = 2048;

/** Anthropic's Messages, whose streams consist of named events that open, fill and close blocks of content. */
export default defineApi({
  name: "anthropic",
  endpoint: "messages",
  keyHeader: { name: "x-api-key" },
  produces: "text",
  framing: "sse",
  buildRequest(input, params) {
    const body = requestBody(input, params, { content: conversation(input), fields: (said) => sampling(said, input) });
    body.max_tokens ??= MAX_TOKENS;
    return { headers: { "anthropic-version": "2023-06-01" }, body };
  },
  reader: () => new MessageReader(),
});

/** System messages stand outside the conversation, all of them as one text. */
function conversation(input: Input): Fields {
  if (input.kind === "raw") return {};
  const messages = messagesOf(input, "anthropic");
  const system = messages.filter(({ role }) => role === "system").map(messageText);
  const turns = messages
    .filter(({ role }) => role !== "system")
    .map(({ role, content }) => ({
      role,
      content: Array.isArray(content) ? content.map(partOf) : content,
    }));
  return { messages: turns, system: system.length === 0 ? undefined : system.join("\n\n") };
}

function partOf(part: ContentPart): unknown {
  const url = imageUrl(part);
  if (url === null) return part;
  const image = inlineImage(url);
  if (image === null) return { type: "image", source: { type: "url", url } };
  return { type: "image", source: { type: "base64", media_type: image.mediaType, data: image.base64 } };
}

function sampling(params: Partial<Params>, input: Input): Fields {
  return {
    model: params.model,
    max_tokens: input.maxTokens ?? params.maxTokens,
    stream: params.stream,
    temperature: params.temperature,
    top_p: params.topP,
    top_k: params.topK,
    stop_sequences: params.stop,
  };
}

class MessageReader implements Reader {
  readonly repeatable = true;
  /** Usage comes in two events, of which the second may repeat the first's counts or not. */
  #usage: Fields = {};

  event({ name, data, json }: Parameters<Reader["event"]>[0]): Delta[] {
    // Not part of the API, and yet some servers close with it, after the API's own end.
    if (data.trim() === "[DONE]") return [];
    if (!isFields(json)) return [malformedReply(data, json)];
    switch (textOf(json.type) || name) {
      case "message_start":
        // Its count of output is of what has not come yet.
        return this.#count({ ...fieldsOf(fieldsOf(json.message).usage), output_tokens: undefined });
      case "content_block_start":
        return readBlock(fieldsOf(json.content_block));
      case "content_block_delta":
        return readBlock(fieldsOf(json.delta));
      case "message_delta":
        return [...this.#count(fieldsOf(json.usage)), ...finish(fieldsOf(json.delta).stop_reason)];
      case "message_stop":
        return [{ kind: "end" }];
      default:
        return name === "error" || json.error != null ? [{ kind: "error", message: errorWords(json) }] : [];
    }
  }

  body(text: string, json: unknown): Delta[] {
    if (!isFields(json)) return [malformedReply(text, json)];
    if (json.error != null) return [{ kind: "error", message: errorWords(json) }];
    if (!Array.isArray(json.content)) return [malformedReply(text, json)];
    const blocks = listOf(json.content).flatMap((block) => readBlock(fieldsOf(block), true));
    return [...blocks, ...this.#count(fieldsOf(json.usage)), ...finish(json.stop_reason), { kind: "end" }];
  }

  /** The whole prompt is what was read anew, what came from the cache, and what was put there. */
  #count(usage: Fields): Delta[] {
    for (const [name, value] of Object.entries(usage)) {
      if (countOf(value) !== undefined) this.#usage[name] = value;
    }
    const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } = this.#usage;
    const cachedTokens = countOf(cache_read_input_tokens);
    const fresh = countOf(input_tokens);
    const promptTokens =
      fresh === undefined ? undefined : fresh + (cachedTokens ?? 0) + (countOf(cache_creation_input_tokens) ?? 0);
    return [{ kind: "usage", promptTokens, cachedTokens, completionTokens: countOf(output_tokens) }];
  }
}

/** A block, or a piece of one: the names of their fields do not overlap in meaning. A tool's input is whole in a body. */
function readBlock(block: Fields, whole = false): Delta[] {
  const { text, thinking, partial_json, name, input } = block;
  const called = textOf(name) + textOf(partial_json) + (whole && isFields(input) ? JSON.stringify(input) : "");
  const deltas: Delta[] = [
    { kind: "reasoning", text: textOf(thinking) },
    { kind: "text", text: textOf(text) },
    { kind: "tool", text: called },
  ];
  return deltas.filter((delta) => "text" in delta && delta.text !== "");
}

function finish(reason: unknown): Delta[] {
  return typeof reason === "string" ? [{ kind: "finish", reason }] : [];
}
