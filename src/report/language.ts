import { counted } from "./figure-text.ts";
import { CHINESE, CHINESE_NOUNS, type Noun, type Phrase } from "./language-zh.ts";
import { inChinese } from "./language-zh-sentences.ts";

export type Language = "en" | "zh";

/** What a table says, in the reader's language. Phrases are written in English where they are used. */
export interface Say {
  /** @param values for the `{name}` in it; they stand as they are, so what is from elsewhere comes printable */
  (phrase: Phrase, values?: Record<string, string>): string;
  /** "4 connections" */
  counted(n: number, noun: Noun): string;
  /** A sentence that the summary holds; as it is where there is no translation. */
  sentence(text: string): string;
  /** Words from elsewhere, some of which have a translation. */
  word(text: string): string;
}

/** The reader's language: what was asked for, else what the locale says (LC_ALL, LC_MESSAGES, LANG). */
export function languageFor(
  asked: Language | undefined,
  { LC_ALL, LC_MESSAGES, LANG }: Record<string, string | undefined>,
): Language {
  return asked ?? (/^zh/i.test(LC_ALL || LC_MESSAGES || LANG || "") ? "zh" : "en");
}

export function speaker(language: Language): Say {
  return language === "zh" ? CHINESE_SAY : ENGLISH_SAY;
}

export const ENGLISH_SAY: Say = Object.assign((phrase: Phrase, values = {}) => filled(phrase, values), {
  counted: (n: number, noun: Noun) => counted(n, noun),
  sentence: (text: string) => text,
  word: (text: string) => text,
});

const CHINESE_SAY: Say = Object.assign((phrase: Phrase, values = {}) => filled(CHINESE[phrase], values), {
  counted: (n: number, noun: Noun) => counted(n, noun).replace(/ .*/, ` ${CHINESE_NOUNS[noun]}`),
  sentence: inChinese,
  word: (text: string) => (isPhrase(text) ? CHINESE[text] : text),
});

function isPhrase(text: string): text is Phrase {
  return Object.hasOwn(CHINESE, text);
}

function filled(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}
