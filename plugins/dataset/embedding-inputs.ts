import type { LooseInput, Params, PlainOptions, Source } from "plumb";
import { dataFile } from "./data-file.ts";
import { textIn } from "./item-fields.ts";
import { MadeTexts } from "./made-texts.ts";
import { wholeOption } from "./whole-option.ts";

const NAMES = ["text", "input", "sentence", "content"];
/** What most embedding models take at most, in tokens. */
const MADE_TOKENS = 512;

/** @param size texts a request, where nobody says otherwise */
export function batchOptions(size: number): PlainOptions {
  return { batch_size: { type: "number", default: size, help: "Texts in a request" } };
}

/** Texts of a file, so many a request; the last request has what is left. */
export async function* fileInputs(name: string, params: Params, source: Source): AsyncGenerator<LooseInput> {
  const path = dataFile(params, name, `a text file, or JSON or JSONL with ${NAMES.join(", ")}`);
  const size = wholeOption(params, "batch_size");
  let texts: string[] = [];
  for await (const text of readTexts(path, name, source)) {
    if (texts.push(text) < size) continue;
    yield { kind: "texts", texts };
    texts = [];
  }
  if (texts.length > 0) yield { kind: "texts", texts };
}

/** Made texts, without end. */
export async function* madeInputs(params: Params, source: Source): AsyncGenerator<LooseInput> {
  const size = wholeOption(params, "batch_size");
  for (let item = 0; ; item++) {
    const made = new MadeTexts(params, source, item);
    yield { kind: "texts", texts: await made.texts(size, () => made.length(MADE_TOKENS)) };
  }
}

async function* readTexts(path: string, name: string, source: Source): AsyncGenerator<string> {
  if (!/\.jsonl?(\.gz|\.zst)?$/i.test(path)) {
    for await (const line of source.lines(path)) if (line.trim() !== "") yield line.trim();
    return;
  }
  for await (const item of source.items(path, `${name} wants a text, or an object with ${NAMES.join(", ")}`)) {
    const { value, where } = item;
    if (typeof value === "string" && value.trim() !== "") yield value;
    else if (typeof value === "string") throw new Error(`${where} is an empty text, of which no vector can be made`);
    else yield textIn(item, NAMES, name);
  }
}
