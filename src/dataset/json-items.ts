import { UserError } from "../config/user-error.ts";
import type { JsonItem } from "../contract/dataset.ts";
import { readBytes } from "./file-bytes.ts";
import { JsonListSplitter } from "./json-list.ts";
import { readLines } from "./lines.ts";

/**
 * Values of a JSON file: the items of its list, or the value in each of its lines. One item is in memory at a time,
 * whatever the file's size.
 * @throws UserError (exit 2) naming the file and the line or item that is not JSON
 */
export async function* readItems(path: string): AsyncGenerator<JsonItem, void, void> {
  if (await beginsAsList(path)) yield* itemsOfList(path);
  else yield* valuesOfLines(path);
}

async function beginsAsList(path: string): Promise<boolean> {
  const decoder = new TextDecoder();
  for await (const bytes of readBytes(path)) {
    const [first] = decoder.decode(bytes, { stream: true }).trimStart();
    if (first !== undefined) return first === "[";
  }
  return false;
}

async function* valuesOfLines(path: string): AsyncGenerator<JsonItem, void, void> {
  let number = 0;
  for await (const line of readLines(path)) {
    number++;
    if (line.trim() !== "") yield item(line, `${path}:${number}`);
  }
}

async function* itemsOfList(path: string): AsyncGenerator<JsonItem, void, void> {
  const decoder = new TextDecoder();
  const splitter = new JsonListSplitter();
  let number = 0;
  const numbered = (text: string) => item(text, `${path} (item ${++number})`);
  const split = (text: string, last: boolean): string[] => {
    const texts = splitter.split(text);
    const fault = splitter.fault ?? (last && !splitter.ended ? "ends in the middle of its list" : null);
    if (fault !== null) throw new UserError(`${path} is not a JSON list: it ${fault}`, 2);
    return texts;
  };
  for await (const bytes of readBytes(path)) {
    for (const text of split(decoder.decode(bytes, { stream: true }), false)) yield numbered(text);
  }
  for (const text of split(decoder.decode(), true)) yield numbered(text);
}

function item(text: string, where: string): JsonItem {
  try {
    return { value: JSON.parse(text), where };
  } catch (error) {
    throw new UserError(`${where} is not JSON: ${(error as Error).message}`, 2, { cause: error });
  }
}
