import { shareGpt } from "./share-gpt.ts";

export default shareGpt("share_gpt_zh", "Chinese", "common_zh_70k.jsonl");
