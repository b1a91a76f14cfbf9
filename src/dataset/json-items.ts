import { UserError } from "../config/user-error.ts";
import type { JsonItem } from "../contract/dataset.ts";
import { JsonListSplitter } from "./json-list.ts";
import { readLines } from "./lines.ts";
import { readText } from "./utf8-text.ts";

/**
 * Values of a JSON file: the items of its list, or the value in each of its lines. One item is in memory at a time,
 * whatever the file's size.
 * @param wants what the reader can use, said where a line or item is not JSON
 * @throws UserError (exit 2) naming the file and the line or item that is not JSON
 */
export async function* readItems(path: string, wants?: string): AsyncGenerator<JsonItem, void, void> {
  const advice = wants === undefined ? "" : `; ${wants}`;
  if (await beginsAsList(path)) yield* itemsOfList(path, advice);
  else yield* valuesOfLines(path, advice);
}

async function beginsAsList(path: string): Promise<boolean> {
  for await (const text of readText(path)) {
    const [first] = text.trimStart();
    if (first !== undefined) return first === "[";
  }
  return false;
}

async function* valuesOfLines(path: string, advice: string): AsyncGenerator<JsonItem, void, void> {
  let number = 0;
  for await (const line of readLines(path)) {
    number++;
    if (line.trim() !== "") yield item(line, `${path}:${number}`, advice);
  }
}

async function* itemsOfList(path: string, advice: string): AsyncGenerator<JsonItem, void, void> {
  const splitter = new JsonListSplitter();
  let number = 0;
  const numbered = (text: string) => item(text, `${path} (item ${++number})`, advice);
  const split = (text: string, last: boolean): string[] => {
    const texts = splitter.split(text);
    const fault = splitter.fault ?? (last && !splitter.ended ? "ends in the middle of its list" : null);
    if (fault !== null) throw new UserError(`${path} is not a JSON list: it ${fault}${advice}`, 2);
    return texts;
  };
  for await (const text of readText(path)) for (const one of split(text, false)) yield numbered(one);
  for (const one of split("", true)) yield numbered(one);
}

function item(text: string, where: string, advice: string): JsonItem {
  try {
    return { value: JSON.parse(text), where };
  } catch (error) {
    throw new UserError(`${where} is not JSON: ${(error as Error).message}${advice}`, 2, { cause: error });
  }
}
