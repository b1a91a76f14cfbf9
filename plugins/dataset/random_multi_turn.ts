import { defineDataset, type Turn } from "plumb";
import { between } from "./draws.ts";
import { MadeTexts } from "./made-texts.ts";

const DEFAULT_TOKENS = 1024;

/**
 * Made conversations without end: turns evenly from `--min-turns` (1) to `--max-turns`, what the user says in each of
 * `--input-len` tokens, or evenly between the bounds on a prompt's length, or of 1,024.
 */
export default defineDataset({
  name: "random_multi_turn",
  about: "Made conversations of --min-turns to --max-turns turns, each turn of --input-len tokens",
  ownLengths: true,
  async *buildMessages(params, source) {
    const { minTurns = 1, maxTurns } = params;
    if (maxTurns === undefined) throw new Error("random_multi_turn needs --max-turns N, the most turns it makes");
    for (let item = 0; ; item++) {
      const made = new MadeTexts(params, source, item);
      const count = between(minTurns, maxTurns, made.draw);
      const texts = await made.texts(count, () => made.length(DEFAULT_TOKENS));
      const turns = texts.map((content): Turn => ({ messages: [{ role: "user", content }] }));
      yield { kind: "conversation", turns };
    }
  },
});
