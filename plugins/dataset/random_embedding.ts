import { defineDataset } from "plumb";
import { batchOptions, madeInputs } from "./embedding-inputs.ts";

export default defineDataset({
  name: "random_embedding",
  about: "Made texts to make vectors of, one a request",
  ownLengths: true,
  endless: true,
  options: batchOptions(1),
  buildMessages: (params, source) => madeInputs(params, source),
});
