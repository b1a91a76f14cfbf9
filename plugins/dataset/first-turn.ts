import { fieldsOf, textOf } from "plumb";

const PEOPLE = ["human", "user"];

/**
 * What the person says first in a conversation as ShareGPT's files have it: turns of `{human, assistant}`, or of
 * `{from, value}`. null: nothing.
 */
export function firstTurn(turns: unknown[]): string | null {
  for (const turn of turns) {
    const { human, from, value } = fieldsOf(turn);
    const text = (PEOPLE.includes(textOf(from)) ? textOf(value) : textOf(human)).trim();
    if (text !== "") return text;
  }
  return null;
}
