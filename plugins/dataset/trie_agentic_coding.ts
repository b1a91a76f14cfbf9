import { trie } from "./trie.ts";

export default trie("trie_agentic_coding", "writing programs", "agentic_coding_8k.jsonl");
