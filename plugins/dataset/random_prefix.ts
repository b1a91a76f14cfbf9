import { defineDataset } from "plumb";
import { madePrompts } from "./made-prompts.ts";

/**
 * For measuring a prefix cache. Of n prompts a share R (--prefix-hit-rate, 1) begin with one of K prefixes
 * (--prefix-count) of P tokens, drawn at random; the rest begin with one that nobody shares. A cache that keeps them all
 * is hit by R - K/n of the prompts once every prefix has been seen, and by R P / (P + I) of the prompt tokens in the
 * long run, I the tokens of --input-len.
 */
export default defineDataset({
  name: "random_prefix",
  about: "Made prompts that share --prefix-count beginnings of --prefix-length tokens, for prefix caches",
  ownLengths: true,
  endless: true,
  buildMessages(params, source) {
    const { prefixLength, prefixCount = 1, prefixHitRate = 1 } = params;
    if (prefixLength === undefined || prefixLength === 0) {
      throw new Error("random_prefix needs --prefix-length N, the tokens that prompts share");
    }
    return madePrompts(params, source, { tokens: prefixLength, count: prefixCount, hitRate: prefixHitRate });
  },
});
