import { shareGpt } from "./share-gpt.ts";

export default shareGpt("share_gpt_en", "English", "common_en_70k.jsonl");
