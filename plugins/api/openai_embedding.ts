import {
  countOf,
  type Delta,
  defineApi,
  errorWords,
  fieldsOf,
  type Input,
  isFields,
  malformedReply,
  messageText,
  type Params,
  type RequestSpec,
  requestBody,
} from "plumb";

/** OpenAI's embeddings: one vector for each text. */
export default defineApi({
  name: "openai_embedding",
  aliases: ["embedding"],
  endpoint: "embeddings",
  produces: "embedding",
  framing: "body",
  buildRequest(input, params) {
    const fields = ({ model }: Partial<Params>) => ({ model });
    return { body: requestBody(input, params, { content: { input: textsOf(input) }, fields }) };
  },
  reader: (request) => {
    const read = (text: string, json: unknown) => readVectors(text, json, textsIn(request));
    return { event: ({ data, json }) => read(data, json), body: read };
  },
});

function textsOf(input: Input): string | string[] | number[] | undefined {
  switch (input.kind) {
    case "texts":
      return input.texts;
    case "prompt":
      return input.prompt;
    case "tokens":
      return input.ids;
    case "messages":
      if (input.messages.length === 1) return messageText(input.messages[0]!);
      throw new Error(`openai_embedding can send one message's text, not a conversation of ${input.messages.length}`);
    case "raw":
      return undefined;
    default:
      throw new Error(`openai_embedding cannot send an input of kind "${input.kind}"`);
  }
}

/** How many vectors the request asks for. A list of numbers is one text, as tokens. */
function textsIn({ body }: RequestSpec): number {
  const { input } = fieldsOf(body);
  return Array.isArray(input) && typeof input[0] !== "number" ? input.length : 1;
}

function readVectors(text: string, json: unknown, expected: number): Delta[] {
  if (!isFields(json)) return [malformedReply(text, json)];
  if (json.error != null || json.object === "error") return [{ kind: "error", message: errorWords(json) }];
  if (!Array.isArray(json.data)) return [malformedReply(text, json)];
  const vectors = json.data.filter(isVector).length;
  if (vectors !== expected || vectors !== json.data.length) {
    return [{ kind: "malformed", message: `${vectors} vectors for ${expected} texts` }];
  }
  const { prompt_tokens, total_tokens } = fieldsOf(json.usage);
  return [
    { kind: "usage", promptTokens: countOf(prompt_tokens) ?? countOf(total_tokens) },
    { kind: "items", count: vectors },
    { kind: "end" },
  ];
}

/** Numbers, or their bytes in base64 where `encoding_format` says so. */
function isVector(entry: unknown): boolean {
  const { embedding } = fieldsOf(entry);
  return (Array.isArray(embedding) || typeof embedding === "string") && embedding.length > 0;
}
