import { FAILURE_PARTS, FAILURES } from "./language-zh-failures.ts";
import { FINDINGS } from "./language-zh-findings.ts";
import { NOTICE_PARTS, NOTICES } from "./language-zh-notices.ts";
import { VERDICT_PARTS, VERDICT_SENTENCES } from "./language-zh-verdict.ts";

/**
 * A sentence that is made in English, because the summary, the record or another room holds it: as a pattern, and what it
 * is in Chinese. What stands in brackets may be a sentence or a part of one again.
 */
export type Sentence = [pattern: RegExp, chinese: string];

const SENTENCES = [...VERDICT_SENTENCES, ...NOTICES, ...FAILURES, ...FINDINGS];
const PARTS = [...VERDICT_PARTS, ...NOTICE_PARTS, ...FAILURE_PARTS, ...SENTENCES];

/** No blank stands between two Chinese characters. */
const BLANKS = /(?<=\p{Script=Han}) (?=\p{Script=Han})/gu;

/** A sentence in Chinese; as it is where none of the patterns is its own. */
export function inChinese(text: string): string {
  return translated(text, SENTENCES);
}

function translated(text: string, sentences: Sentence[]): string {
  for (const [pattern, chinese] of sentences) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const whole = chinese.replace(/\$(\d)/g, (_, place: string) => translated(found[Number(place)] ?? "", PARTS));
    return whole.replace(BLANKS, "");
  }
  return text;
}
