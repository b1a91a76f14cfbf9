import { type DatasetPlugin, defineDataset } from "plumb";
import { dataFile } from "./data-file.ts";
import { shareGptTurns } from "./multi-turn.ts";
import { tellPassedOver } from "./passed-over.ts";
import { entriesIn, SHARE_GPT_ITEM } from "./share-gpt.ts";

/** The page of both files. */
const PAGE = "https://www.modelscope.cn/datasets/swift/sharegpt";

/** What people said in conversations of one language, turn after turn. */
export function shareGptMultiTurn(name: string, language: string, file: string): DatasetPlugin {
  return defineDataset({
    name,
    about: `What people said in ${language} conversations with ChatGPT, all their turns`,
    path: "needed",
    async *buildMessages(params, source) {
      const path = dataFile(params, name, { page: PAGE, file });
      let passedOver = 0;
      for await (const item of source.items(path, `${name} wants ${SHARE_GPT_ITEM}`)) {
        const turns = shareGptTurns(entriesIn(item, name), item.where);
        if (turns.length === 0) passedOver++;
        else yield { kind: "conversation", turns };
      }
      tellPassedOver(passedOver, path, params);
    },
  });
}
