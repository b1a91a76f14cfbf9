import { isFields, textOf } from "../contract/fields.ts";
import { escapedPattern, SPACE, WORD } from "./characters.ts";
import { Trie } from "./trie.ts";

/** A token that is found in the text itself, before anything is cut. */
export interface AddedToken {
  id: number;
  content: string;
  /** It counts only where no word goes on at its ends. */
  singleWord: boolean;
  /** It takes the spaces before, or behind it. */
  leftStrip: boolean;
  rightStrip: boolean;
  /** It is looked for in the normalized text. */
  normalized: boolean;
}

/** A part of a text: a token found, or what lies between. `atStart`: the whole begins with it. */
export type Section = { kind: "token"; id: number } | { kind: "text"; text: string; atStart: boolean };

const WORD_BEHIND = new RegExp(`^[${WORD}]`, "u");
const WORD_BEFORE = new RegExp(`[${WORD}]$`, "u");
const ONE_SPACE = new RegExp(SPACE, "u");

/** Reads the list `added_tokens` of a tokenizer's file. @throws Error where an entry has no id or no content */
export function addedTokensOf(value: unknown): AddedToken[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Error("its added_tokens are not a list");
  return value.map((entry): AddedToken => {
    if (!isFields(entry) || !Number.isInteger(entry.id) || textOf(entry.content) === "") {
      throw new Error(`an entry of its added_tokens has no id or no content: ${JSON.stringify(entry)}`);
    }
    return {
      id: entry.id as number,
      content: textOf(entry.content),
      singleWord: entry.single_word === true,
      leftStrip: entry.lstrip === true,
      rightStrip: entry.rstrip === true,
      normalized: entry.normalized === true || (entry.normalized === undefined && entry.special !== true),
    };
  });
}

/** Finds added tokens in texts: the leftmost, of several the longest. */
export class AddedTokenFinder {
  readonly #trie: Trie;
  /** What a token may begin with. Most characters are none of these, and are passed over by one expression. */
  readonly #firsts: RegExp | null;

  constructor(readonly tokens: readonly AddedToken[]) {
    this.#trie = new Trie(new Map(tokens.map(({ content }, index) => [content, index])));
    const firsts = new Set(tokens.map(({ content }) => content.slice(0, 1)));
    this.#firsts = firsts.size === 0 ? null : new RegExp([...firsts].map(escapedPattern).join("|"), "g");
  }

  /** @param atStart whether the text is the beginning of a whole */
  sections(text: string, atStart: boolean): Section[] {
    if (this.#firsts === null || text === "") return text === "" ? [] : [{ kind: "text", text, atStart }];
    const sections: Section[] = [];
    let done = 0;
    const upTo = (end: number) => {
      if (end > done) sections.push({ kind: "text", text: text.slice(done, end), atStart: atStart && done === 0 });
    };
    const firsts = this.#firsts;
    firsts.lastIndex = 0;
    for (let match = firsts.exec(text); match !== null; match = firsts.exec(text)) {
      const start = match.index;
      const index = this.#trie.longestAt(text, start);
      if (index === undefined) continue;
      const token = this.tokens[index]!;
      const end = start + token.content.length;
      firsts.lastIndex = end;
      if (token.singleWord && touchesWord(text, start, end)) continue;
      upTo(token.leftStrip ? withoutSpaces(text, done, start) : start);
      sections.push({ kind: "token", id: token.id });
      done = token.rightStrip ? behindSpaces(text, end) : end;
    }
    upTo(text.length);
    return sections;
  }
}

/** Where the text from `start` to `end` ends without the spaces at its end. No space needs two units. */
function withoutSpaces(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && ONE_SPACE.test(text.charAt(at - 1))) at--;
  return at;
}

function behindSpaces(text: string, start: number): number {
  let at = start;
  while (ONE_SPACE.test(text.charAt(at))) at++;
  return at;
}

function touchesWord(text: string, start: number, end: number): boolean {
  return WORD_BEFORE.test(text.slice(Math.max(0, start - 2), start)) || WORD_BEHIND.test(text.slice(end, end + 2));
}
