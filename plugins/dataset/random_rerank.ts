import { defineDataset } from "plumb";
import { MadeTexts } from "./made-texts.ts";
import { wholeOption } from "./whole-option.ts";

const QUERY_TOKENS = 32;

/** Made queries with made documents, without end. */
export default defineDataset({
  name: "random_rerank",
  about: "Made queries of --input-len tokens (default 32), each with made documents to rank",
  ownLengths: true,
  endless: true,
  options: {
    num_documents: { type: "number", default: 10, help: "Documents for a query" },
    document_length_ratio: { type: "number", default: 5, help: "Tokens of a document for each of the query" },
  },
  async *buildMessages(params, source) {
    const count = wholeOption(params, "num_documents");
    const ratio = Number(params.datasetArgs.document_length_ratio);
    if (!(ratio > 0)) throw new Error(`--dataset-args: document_length_ratio must be above 0, not ${ratio}`);
    for (let item = 0; ; item++) {
      const made = new MadeTexts(params, source, item);
      const tokens = made.length(QUERY_TOKENS);
      const query = await made.text(tokens);
      const documents = await made.texts(count, () => Math.max(1, Math.round(tokens * ratio)));
      yield { kind: "rerank", query, documents };
    }
  },
});
