import { type Fields, type LooseInput, textOf } from "plumb";
import { firstTurn } from "./first-turn.ts";
import { messagesIn } from "./multi-turn.ts";

/** A form in which datasets are handed about. */
export interface RecordShape {
  /** As a person is told of it. */
  title: string;
  /** Whether a record is of this form. */
  fits(record: Fields): boolean;
  /** What is sent for it; null: there is nothing in it to send. @throws Error where its parts are of other forms */
  read(record: Fields, where: string): LooseInput | null;
}

const isText = (value: unknown): boolean => typeof value === "string";

/** The first that fits is taken: whoever writes messages means them, whatever else stands beside. */
export const SHAPES: RecordShape[] = [
  {
    title: "OpenAI messages",
    fits: ({ messages }) => Array.isArray(messages),
    read: ({ messages }, where) => messagesIn(messages, where, "jsonl"),
  },
  {
    title: "ShareGPT conversations, of which the first turn is sent",
    fits: ({ conversations, conversation }) => Array.isArray(conversations ?? conversation),
    read: ({ conversations, conversation }, where) => firstTurn((conversations ?? conversation) as unknown[], where),
  },
  {
    title: "Alpaca instructions",
    fits: ({ instruction }) => isText(instruction),
    read: ({ instruction, input }) => said(textOf(input) === "" ? instruction : `${instruction}\n\n${input}`),
  },
  { title: 'texts named "prompt"', fits: ({ prompt }) => isText(prompt), read: ({ prompt }) => said(prompt) },
  { title: 'texts named "question"', fits: ({ question }) => isText(question), read: ({ question }) => said(question) },
];

function said(text: unknown): string | null {
  const trimmed = textOf(text).trim();
  return trimmed === "" ? null : trimmed;
}
