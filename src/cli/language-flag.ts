import { type Language, languageFor } from "../report/language.ts";
import { asChoice, single } from "./flag-kinds.ts";

/** Of commands that print tables. */
export const LANGUAGE_FLAG = {
  lang: single(asChoice(["en", "zh"]), {
    help: "Language of what is printed (default: the locale's, of LC_ALL or LANG)",
    hint: "en|zh",
  }),
};

/** The reader's language: what was asked for, else the locale's. */
export function readersLanguage(asked: Language | undefined): Language {
  return languageFor(asked, process.env);
}
