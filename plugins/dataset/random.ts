import { defineDataset } from "plumb";
import { madePrompts } from "./made-prompts.ts";

export default defineDataset({
  name: "random",
  about: "Made prompts of --input-len tokens, each of them different, with one shared --prefix-length in front",
  ownLengths: true,
  endless: true,
  buildMessages(params, source) {
    return madePrompts(params, source, { tokens: params.prefixLength ?? 0, count: 1, hitRate: 1 });
  },
});
