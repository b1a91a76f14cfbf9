import { defineDataset } from "plumb";
import { speedPrompts } from "./speed-prompts.ts";

export default defineDataset({
  name: "speed_benchmark",
  about: "Made prompts of 1, 6,144, 14,336 and 30,720 tokens, two of each, as plain completions",
  ownLengths: true,
  buildMessages: (params, source) => speedPrompts([1, 6144, 14_336, 30_720], params, source),
});
