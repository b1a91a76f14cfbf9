import { trie } from "./trie.ts";

export default trie("trie_office_work", "office work", "office_work_8k.jsonl");
