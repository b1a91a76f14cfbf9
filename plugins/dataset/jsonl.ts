import { defineDataset, isFields, type JsonItem, type LooseInput, log, type Params, type Source } from "plumb";
import { dataFile } from "./data-file.ts";
import { fieldsIn } from "./item-fields.ts";
import { tellPassedOver } from "./passed-over.ts";
import { type RecordShape, SHAPES } from "./record-shapes.ts";
import { textInputs } from "./text-inputs.ts";
import { textOptions } from "./text-options.ts";

/** Runs that have been told what their file was taken for: each pass has the same params. */
const told = new WeakSet<Params>();

/** A JSONL file or JSON list in one of the forms that datasets are handed about in, told by its first record. */
export default defineDataset({
  name: "jsonl",
  about: "A JSONL file or JSON list of messages, prompt, question, ShareGPT conversations or Alpaca instructions",
  path: "needed",
  options: textOptions,
  buildMessages(params, source) {
    const path = dataFile(params, "jsonl", `a JSONL file or JSON list of ${NAMES}`);
    return textInputs(readRecords(path, params, source), params, source);
  },
});

const NAMES = "messages, conversations, instruction, prompt or question";

async function* readRecords(path: string, params: Params, source: Source): AsyncGenerator<LooseInput> {
  let shape: RecordShape | null = null;
  let passedOver = 0;
  for await (const item of source.items(path, `jsonl wants an object with ${NAMES}`)) {
    shape ??= recognised(item, path, params);
    const record = fieldsIn(item, "jsonl");
    if (!shape.fits(record)) throw new Error(`${item.where} is of another form than the file's first: ${shape.title}`);
    const input = shape.read(record, item.where);
    if (input === null) passedOver++;
    else yield input;
  }
  tellPassedOver(passedOver, path, params);
}

function recognised({ value, where }: JsonItem, path: string, params: Params): RecordShape {
  const shape = isFields(value) ? SHAPES.find(({ fits }) => fits(value)) : undefined;
  if (shape === undefined) throw new Error(`${where} is of no form that jsonl knows: an object with ${NAMES}`);
  if (!told.has(params)) log.info(`${path} is read as ${shape.title}`);
  told.add(params);
  return shape;
}
