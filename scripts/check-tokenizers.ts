// Compares plumb's tokenizers with the reference, over the folder that scripts/tokenizer-fixtures.py wrote.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { JsonTokenizer } from "../src/tokens/json-tokenizer.ts";

interface Fixture {
  tokenizer: unknown;
  surrounding: number;
  ids: number[][];
}

const TEXTS = "texts.json.gz";

async function unzipped(file: string): Promise<unknown> {
  return JSON.parse(Buffer.from(Bun.gunzipSync(await Bun.file(file).bytes())).toString());
}

/** Prints a line for each tokenizer: texts, mismatches, and what it costs. */
async function compare(folder: string): Promise<number> {
  const texts = (await unzipped(join(folder, TEXTS))) as string[];
  let wrong = 0;
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".json.gz") || file === TEXTS) continue;
    const { tokenizer, surrounding, ids } = (await unzipped(join(folder, file))) as Fixture;
    const start = performance.now();
    const ours = new JsonTokenizer(tokenizer);
    const loaded = performance.now();
    const different = texts.filter((text, index) => !Bun.deepEquals(ours.encode(text), ids[index]));
    const encoded = performance.now();
    const tokens = ids.reduce((sum, list) => sum + list.length, 0);
    const speed = tokens / (encoded - loaded) / 1000;
    wrong += different.length + (ours.surrounding === surrounding ? 0 : 1);
    console.log(
      `${file}: ${different.length} of ${texts.length} texts differ; loaded in ${(loaded - start).toFixed(0)} ms, ` +
        `${speed.toFixed(2)} million tokens/s${ours.surrounding === surrounding ? "" : "; wrong number of tokens around"}`,
    );
    for (const text of different.slice(0, 3)) {
      console.log(
        `  ${JSON.stringify(text)}\n    ours      ${ours.encode(text)}\n    reference ${ids[texts.indexOf(text)]}`,
      );
    }
  }
  return wrong;
}

const folder = process.argv[2];
if (folder === undefined) {
  console.error("usage: check-tokenizers FOLDER");
  process.exit(2);
}
process.exit((await compare(folder)) === 0 ? 0 : 1);
