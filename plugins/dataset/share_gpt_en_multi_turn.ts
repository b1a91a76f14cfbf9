import { shareGptMultiTurn } from "./share_gpt_multi_turn.ts";

export default shareGptMultiTurn("share_gpt_en_multi_turn", "English", "common_en_70k.jsonl");
