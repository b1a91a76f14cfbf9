import { defineDataset, type Source } from "plumb";
import { dataFile } from "./data-file.ts";
import { textIn } from "./item-fields.ts";
import { textInputs } from "./text-inputs.ts";
import { textOptions } from "./text-options.ts";

const ORIGIN = {
  page: "https://huggingface.co/datasets/Yukang/LongAlpaca-12k",
  file: "LongAlpaca-12k.json",
};

const WANTS = 'longalpaca wants {"instruction": "..."} in each item of a list';

/** Long prompts, with a book's chapter or a paper in most of them. */
export default defineDataset({
  name: "longalpaca",
  about: 'Long prompts: the "instruction" of each item of a JSON list',
  path: "needed",
  options: textOptions,
  buildMessages(params, source) {
    return textInputs(readInstructions(dataFile(params, "longalpaca", ORIGIN), source), params, source);
  },
});

async function* readInstructions(path: string, source: Source): AsyncGenerator<string> {
  for await (const item of source.items(path, WANTS)) yield textIn(item, ["instruction"], "longalpaca");
}
