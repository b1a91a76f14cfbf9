import { defineDataset, type Fields, type JsonItem } from "plumb";
import { dataFile } from "./data-file.ts";
import { fieldsIn, textIn } from "./item-fields.ts";

const NAMES = ["documents", "passages", "texts"];

const WANTS = 'rerank wants {"query": "...", "documents": ["...", ...]} in each line';

/** Queries, each with the documents that are to be ranked for it. */
export default defineDataset({
  name: "rerank",
  about: "Queries of a JSONL file or JSON list, each with documents, passages or texts to rank",
  path: "needed",
  async *buildMessages(params, source) {
    const path = dataFile(params, "rerank", `a JSONL file or JSON list of objects with query and ${NAMES.join(", ")}`);
    for await (const item of source.items(path, WANTS)) {
      const query = textIn(item, ["query"], "rerank");
      yield { kind: "rerank", query, documents: documentsIn(item, fieldsIn(item, "rerank")) };
    }
  },
});

/** Texts, or objects with a text. */
function documentsIn({ where }: JsonItem, fields: Fields): string[] {
  const documents = NAMES.map((name) => fields[name]).find((value) => Array.isArray(value) && value.length > 0);
  if (!Array.isArray(documents)) throw new Error(`${where} has no ${NAMES.join(", ")}, and rerank wants a list there`);
  return documents.map((document, index) => {
    if (typeof document === "string") return document;
    return textIn({ value: document, where: `${where}, document ${index + 1}` }, ["text", "content"], "rerank");
  });
}
