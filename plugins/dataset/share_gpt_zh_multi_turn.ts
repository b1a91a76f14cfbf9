import { shareGptMultiTurn } from "./share_gpt_multi_turn.ts";

export default shareGptMultiTurn("share_gpt_zh_multi_turn", "Chinese", "common_zh_70k.jsonl");
