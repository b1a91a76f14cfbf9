import { defineDataset, type Source } from "plumb";
import { asInput } from "./as-input.ts";
import { questions } from "./openqa-questions.ts";

/** Questions with free answers: plumb's own, or those of a JSONL file with a "question" in every line. */
export default defineDataset({
  name: "openqa",
  async *buildMessages(params, source) {
    const texts = params.datasetPath === undefined ? questions : readQuestions(params.datasetPath, source);
    for await (const text of texts) yield asInput(text, params);
  },
});

async function* readQuestions(path: string, source: Source): AsyncGenerator<string> {
  let number = 0;
  for await (const line of source.lines(path)) {
    number++;
    if (line.trim() !== "") yield readQuestion(line, `${path}:${number}`);
  }
}

function readQuestion(line: string, where: string): string {
  const wanted = 'openqa wants a JSON object with a "question" in every line';
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`${where} is not JSON; ${wanted}`);
  }
  if (typeof value === "object" && value !== null && "question" in value) {
    if (typeof value.question === "string" && value.question.trim() !== "") return value.question;
  }
  throw new Error(`${where} has no question; ${wanted}`);
}
