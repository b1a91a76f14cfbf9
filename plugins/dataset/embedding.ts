import { defineDataset } from "plumb";
import { batchOptions, fileInputs } from "./embedding-inputs.ts";

export default defineDataset({
  name: "embedding",
  aliases: ["embed"],
  about: "Texts of a file (.txt, .json, .jsonl) to make vectors of, one a request",
  path: "needed",
  options: batchOptions(1),
  buildMessages: (params, source) => fileInputs("embedding", params, source),
});
