import { type Call, contentTokens, type Identity, objectOf, parseObject, whole } from "./call.ts";
import { badRequest } from "./openai-error.ts";
import type { MockOptions } from "./options.ts";
import { inputUsage, WholeShape, wholeCall } from "./whole-shape.ts";

interface RerankCall extends Call {
  documents: string[];
  topN: number;
}

/** The query is read once for each document. @throws OpenAiError (400) naming the field */
export function parseRerankCall(text: string): RerankCall {
  const body = parseObject(text);
  const { query } = body;
  if (typeof query !== "string") throw badRequest("query must be a string", "query");
  if (!Array.isArray(body.documents) || body.documents.length === 0) {
    throw badRequest("documents must be an array with something in it", "documents");
  }
  const documents = body.documents.map((document) =>
    typeof document === "string" ? document : String(objectOf(document).text ?? ""),
  );
  const tokens = documents.reduce((sum, document) => sum + contentTokens(query) + contentTokens(document), 0);
  return { ...wholeCall(body, tokens), documents, topN: whole(body, "top_n", 1) ?? documents.length };
}

/** The shape of /rerank: the documents in the order in which they came, which is then that of their scores. */
export function rerankShape(call: RerankCall, options: MockOptions, { model, serial }: Identity): WholeShape {
  return new WholeShape(call.promptTokens, () => {
    const results = call.documents.slice(0, call.topN).map((text, index) => ({
      index,
      document: { text },
      relevance_score: 1 / (index + 1),
    }));
    return JSON.stringify({ id: `rerank-mock-${serial}`, model, usage: inputUsage(call, options), results });
  });
}
