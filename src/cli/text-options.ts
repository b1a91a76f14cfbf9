import type { Language } from "../report/language.ts";
import type { TextOptions } from "../report/render-comparison.ts";
import { usesColor } from "./color.ts";
import { readersLanguage } from "./language-flag.ts";

/** How a result is printed on this process's stdout. @param lang asked for; undefined: the locale's */
export function textOptions(lang: Language | undefined): TextOptions {
  return { color: usesColor(process.stdout), columns: process.stdout.columns, language: readersLanguage(lang) };
}
