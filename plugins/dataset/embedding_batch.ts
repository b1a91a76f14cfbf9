import { defineDataset } from "plumb";
import { batchOptions, fileInputs } from "./embedding-inputs.ts";

export default defineDataset({
  name: "embedding_batch",
  about: "Texts of a file to make vectors of, eight a request",
  path: "needed",
  options: batchOptions(8),
  buildMessages: (params, source) => fileInputs("embedding_batch", params, source),
});
