import { type DatasetPlugin, defineDataset, type JsonItem, type Params, type Source } from "plumb";
import { dataFile } from "./data-file.ts";
import { firstTurn } from "./first-turn.ts";
import { fieldsIn } from "./item-fields.ts";
import { tellPassedOver } from "./passed-over.ts";
import { textInputs } from "./text-inputs.ts";
import { textOptions } from "./text-options.ts";

/** The page of both files. */
const PAGE = "https://www.modelscope.cn/datasets/swift/sharegpt";

/** An item of these files, for messages. */
export const SHARE_GPT_ITEM = '{"conversation": [{"human": "...", "assistant": "..."}]} in each line';

/** What people first said in conversations, of one language. */
export function shareGpt(name: string, language: string, file: string): DatasetPlugin {
  return defineDataset({
    name,
    about: `What people first said in ${language} conversations with ChatGPT`,
    path: "needed",
    options: textOptions,
    buildMessages(params, source) {
      return textInputs(firstTurns(dataFile(params, name, { page: PAGE, file }), name, params, source), params, source);
    },
  });
}

/** What an item's conversation is made of. @throws Error where it has none */
export function entriesIn(item: JsonItem, name: string): unknown[] {
  const { conversation, conversations } = fieldsIn(item, name);
  const entries = conversation ?? conversations;
  if (Array.isArray(entries)) return entries;
  throw new Error(`${item.where} has no conversation, and ${name} wants a list there`);
}

/** Conversations in which nobody asks anything are passed over. */
async function* firstTurns(path: string, name: string, params: Params, source: Source): AsyncGenerator<string> {
  let passedOver = 0;
  for await (const item of source.items(path, `${name} wants ${SHARE_GPT_ITEM}`)) {
    const text = firstTurn(entriesIn(item, name), item.where);
    if (text === null) passedOver++;
    else yield text;
  }
  tellPassedOver(passedOver, path, params);
}
