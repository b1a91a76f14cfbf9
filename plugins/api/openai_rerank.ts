import {
  countOf,
  type Delta,
  defineApi,
  errorWords,
  type Fields,
  fieldsOf,
  type Input,
  isFields,
  listOf,
  malformedReply,
  messagesOf,
  messageText,
  type Params,
  type RequestSpec,
  requestBody,
  writtenFields,
} from "plumb";

/** Ranking as Jina's and Cohere's APIs have it and vLLM serves it: documents by how well they answer a query. */
export default defineApi({
  name: "openai_rerank",
  aliases: ["rerank"],
  endpoint: "rerank",
  produces: "ranking",
  framing: "body",
  buildRequest(input, params) {
    const documents = writtenFields(input, params).documents ?? params.queryTemplate?.documents;
    const fields = ({ model }: Partial<Params>) => ({ model });
    return { body: requestBody(input, params, { content: questionOf(input, documents), fields }) };
  },
  reader: (request) => {
    const read = (text: string, json: unknown) => readRanking(text, json, documentsIn(request));
    return { event: ({ data, json }) => read(data, json), body: read };
  },
});

/** A dataset of mere texts can ask, where somebody wrote out the documents. */
function questionOf(input: Input, documents: unknown): Fields {
  if (input.kind === "raw") return {};
  if (input.kind === "rerank") return { query: input.query, documents: input.documents };
  const query = messagesOf(input, "openai_rerank").map(messageText).join("\n");
  if (Array.isArray(documents)) return { query };
  throw new Error(
    `openai_rerank cannot rank for an input of kind "${input.kind}": take a dataset with documents, or give them: --extra-args '{"documents": [...]}'`,
  );
}

function documentsIn({ body }: RequestSpec): number {
  return listOf(fieldsOf(body).documents).length;
}

function readRanking(text: string, json: unknown, documents: number): Delta[] {
  if (!isFields(json)) return [malformedReply(text, json)];
  if (json.error != null || json.object === "error") return [{ kind: "error", message: errorWords(json) }];
  const results = listOf(json.results);
  if (results.length === 0 || !results.every(isFields)) return [malformedReply(text, json)];
  // All of them were ranked, however few of the best the server gives back (top_n).
  return [
    { kind: "usage", promptTokens: readTokens(json) },
    { kind: "items", count: Math.max(documents, results.length) },
    { kind: "end" },
  ];
}

/** Jina's and vLLM's `usage`, Cohere's `meta`. */
function readTokens({ usage, meta }: Fields): number | undefined {
  const { prompt_tokens, total_tokens } = fieldsOf(usage);
  const { tokens, billed_units } = fieldsOf(meta);
  const counts = [prompt_tokens, total_tokens, fieldsOf(tokens).input_tokens, fieldsOf(billed_units).input_tokens];
  return counts.map(countOf).find((count) => count !== undefined);
}
