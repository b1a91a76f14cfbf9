import { defineDataset } from "plumb";
import { speedPrompts } from "./speed-prompts.ts";

export default defineDataset({
  name: "speed_benchmark_long",
  about: "Made prompts of 63,488 and 129,024 tokens, two of each, as plain completions",
  ownLengths: true,
  buildMessages: (params, source) => speedPrompts([63_488, 129_024], params, source),
});
