import { defineDataset, type Source } from "plumb";
import { textIn } from "./item-fields.ts";
import { questions } from "./openqa-questions.ts";
import { textInputs } from "./text-inputs.ts";
import { textOptions } from "./text-options.ts";

const WANTS = 'openqa wants {"question": "..."} in each line, and line_by_line is for plain text';

/** Questions with free answers: plumb's own, or those of a JSONL file with a "question" in every line. */
export default defineDataset({
  name: "openqa",
  about: 'Questions with free answers, embedded; or the "question" in each line of a JSONL file',
  path: "optional",
  options: textOptions,
  buildMessages(params, source) {
    const { datasetPath } = params;
    return textInputs(datasetPath === undefined ? questions : readQuestions(datasetPath, source), params, source);
  },
});

async function* readQuestions(path: string, source: Source): AsyncGenerator<string> {
  for await (const item of source.items(path, WANTS)) yield textIn(item, ["question"], "openqa");
}
