import { defineDataset, type Source } from "plumb";
import { dataFile } from "./data-file.ts";
import { textInputs } from "./text-inputs.ts";
import { textOptions } from "./text-options.ts";

/** Each line of a file is a prompt, whatever it looks like. */
export default defineDataset({
  name: "custom",
  about: "Lines of a text file, each a prompt as it stands",
  path: "needed",
  options: textOptions,
  buildMessages(params, source) {
    return textInputs(
      readPrompts(dataFile(params, "custom", "a text file with a prompt in each line"), source),
      params,
      source,
    );
  },
});

async function* readPrompts(path: string, source: Source): AsyncGenerator<string> {
  for await (const line of source.lines(path)) {
    const prompt = line.trim();
    if (prompt !== "") yield prompt;
  }
}
