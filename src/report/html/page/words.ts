import { inChinese } from "../../language-zh-sentences.ts";
import { ENGLISH, type Word } from "./words-en.ts";
import { CHINESE } from "./words-zh.ts";

export type Language = "en" | "zh";

const WORDS: Record<Language, Record<Word, string>> = { en: ENGLISH, zh: CHINESE };

let language: Language = navigator.language.startsWith("zh") ? "zh" : "en";

export function spokenLanguage(): Language {
  return language;
}

export function speak(other: Language): void {
  language = other;
}

/** A text in the language of the page, each {} filled in. */
export function say(word: Word, ...values: (string | number)[]): string {
  let place = 0;
  return WORDS[language][word].replace(/\{\}/g, () => String(values[place++] ?? ""));
}

/** A sentence that the summary holds in English; as it is where there is no translation. */
export function sentence(text: string): string {
  return language === "zh" ? inChinese(text) : text;
}

/** For a title that begins with a word of the text. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
