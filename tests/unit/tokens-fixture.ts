import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FOLDER = join(import.meta.dir, "../fixtures/tokenizers");
const TEXTS = "texts.json.gz";

/** A small tokenizer, and what the reference makes of `referenceTexts`. Made by scripts/tokenizer-fixtures.py. */
export interface Reference {
  /** The content of a tokenizer.json. */
  tokenizer: Record<string, unknown>;
  surrounding: number;
  ids: number[][];
}

export const referenceNames = readdirSync(FOLDER)
  .filter((file) => file !== TEXTS)
  .map((file) => file.replace(".json.gz", ""));

export async function reference(name: string): Promise<Reference> {
  return (await unzipped(`${name}.json.gz`)) as Reference;
}

export async function referenceTexts(): Promise<string[]> {
  return (await unzipped(TEXTS)) as string[];
}

async function unzipped(file: string): Promise<unknown> {
  const bytes = await Bun.file(join(FOLDER, file)).bytes();
  return JSON.parse(Buffer.from(Bun.gunzipSync(bytes)).toString());
}

/** A folder with some files in it, gone when the scope ends. Texts are written as they are, the rest as JSON. */
export function folderWith(files: Record<string, unknown>): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), "plumb-tokens-"));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(path, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
