/** The lines of a text file that are neither too short nor too long. */
import { createMessage, defineDataset } from "plumb";

export default defineDataset({
  name: "custom_lines",

  async *buildMessages({ datasetPath, minPromptLength, maxPromptLength, applyChatTemplate }, source) {
    if (datasetPath === undefined) throw new Error("custom_lines needs --dataset-path FILE");
    for await (const line of source.lines(datasetPath)) {
      const prompt = line.trim();
      // plumb would leave them out by itself, of every dataset: this is what it looks like by hand.
      if (prompt === "" || prompt.length < minPromptLength || prompt.length > maxPromptLength) continue;
      // A bare text would do for both, too.
      yield applyChatTemplate ? [createMessage(prompt)] : prompt;
    }
  },
});
