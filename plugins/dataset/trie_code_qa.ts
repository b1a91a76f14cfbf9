import { trie } from "./trie.ts";

export default trie("trie_code_qa", "answering questions about code", "code_qa_8k.jsonl");
