import { defineDataset } from "plumb";
import { batchOptions, madeInputs } from "./embedding-inputs.ts";

export default defineDataset({
  name: "random_embedding_batch",
  about: "Made texts to make vectors of, eight a request",
  ownLengths: true,
  endless: true,
  options: batchOptions(8),
  buildMessages: (params, source) => madeInputs(params, source),
});
