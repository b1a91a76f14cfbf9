import { textOf } from "plumb";
import { textFields } from "./item-fields.ts";

const PEOPLE = ["human", "user"];

/**
 * What the person says first in a conversation as ShareGPT's files have it: turns of `{human, assistant}`, or of
 * `{from, value}`. null: nothing.
 * @throws Error where a turn before it is no object of texts
 */
export function firstTurn(turns: unknown[], where: string): string | null {
  for (const [index, turn] of turns.entries()) {
    const { human, from, value } = textFields(turn, ["human", "from", "value"], `${where}, turn ${index + 1}`);
    const text = (PEOPLE.includes(textOf(from)) ? textOf(value) : textOf(human)).trim();
    if (text !== "") return text;
  }
  return null;
}
