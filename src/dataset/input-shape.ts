import type { Input, Message } from "../contract/input.ts";

/** What is wrong with a value that a dataset yielded; reads on from "item 3 ". */
export class ShapeError extends Error {
  override name = "ShapeError";
}

type Fields = Record<string, unknown>;

/**
 * A yielded value as an Input: a bare string is a prompt, a bare list is messages.
 * @throws ShapeError where it is none of the forms that the contract knows
 */
export function toInput(value: unknown): Input {
  if (typeof value === "string") return { kind: "prompt", prompt: value };
  if (Array.isArray(value)) {
    checkMessages(value, "the list of messages");
    return { kind: "messages", messages: value as Message[] };
  }
  if (!isFields(value) || typeof value.kind !== "string") {
    throw new ShapeError(`is ${describe(value)}; it must be a string, a list of messages or an object with a kind`);
  }
  checkBody(value, value.kind);
  checkExtras(value);
  return value as Input;
}

function checkBody(input: Fields, kind: string): void {
  switch (kind) {
    case "prompt":
      checkText(input.prompt, "its prompt");
      break;
    case "messages":
      checkMessages(input.messages, "its messages");
      break;
    case "tokens":
      for (const id of checkList(input.ids, "its ids")) checkWhole(id, 0, "a token id");
      break;
    case "texts":
      checkTexts(input.texts, "its texts");
      break;
    case "rerank":
      checkText(input.query, "its query");
      checkTexts(input.documents, "its documents");
      break;
    case "conversation":
      checkList(input.turns, "its turns").forEach(checkTurn);
      break;
    case "raw":
      checkFields(input.body, "its body");
      break;
    default:
      throw new ShapeError(`is of the kind ${JSON.stringify(kind)}, which plumb does not know`);
  }
}

function checkExtras({ maxTokens, headers, metadata, extra, params, asked, part, atS }: Fields): void {
  if (maxTokens !== undefined) checkWhole(maxTokens, 1, "its maxTokens");
  if (params !== undefined) checkFields(params, "its params");
  if (part !== undefined) checkText(part, "its part");
  checkSeconds(atS, "its atS");
  if (asked !== undefined) {
    for (const [name, tokens] of Object.entries(checkFields(asked, "its asked")))
      checkWhole(tokens, 1, `asked ${name}`);
  }
  if (metadata !== undefined) checkFields(metadata, "its metadata");
  if (extra !== undefined) checkFields(extra, "its extra");
  if (headers === undefined) return;
  for (const [name, value] of Object.entries(checkFields(headers, "its headers"))) checkText(value, `header ${name}`);
}

function checkTurn(value: unknown, index: number): void {
  const name = `turn ${index + 1}`;
  const turn = checkFields(value, name);
  checkMessages(turn.messages, `the messages of ${name}`);
  if (turn.maxTokens !== undefined) checkWhole(turn.maxTokens, 1, `maxTokens of ${name}`);
  if (turn.reply !== undefined) checkMessages([turn.reply], `the reply of ${name}`);
  checkSeconds(turn.thinkS, `thinkS of ${name}`);
  checkSeconds(turn.atS, `atS of ${name}`);
}

function checkSeconds(value: unknown, what: string): void {
  if (value === undefined) return;
  if (typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY) return;
  throw wrong(what, "a number of seconds from 0", value);
}

function checkMessages(value: unknown, what: string): void {
  checkList(value, what).forEach((entry, index) => {
    const { role, content } = checkFields(entry, `message ${index + 1}`);
    checkText(role, `the role of message ${index + 1}`);
    // A message that only calls tools has no content.
    if (typeof content === "string" || content === null || content === undefined) return;
    if (!Array.isArray(content)) throw wrong(`the content of message ${index + 1}`, "a string or a list", content);
    for (const part of content) checkText(checkFields(part, "a content part").type, "the type of a content part");
  });
}

function checkTexts(value: unknown, what: string): void {
  for (const entry of checkList(value, what)) checkText(entry, `each of ${what}`);
}

function checkText(value: unknown, what: string): void {
  if (typeof value !== "string") throw wrong(what, "a string", value);
}

function checkWhole(value: unknown, least: number, what: string): void {
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw wrong(what, `a whole number from ${least}`, value);
}

function checkList(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw wrong(what, "a list with something in it", value);
  return value;
}

function checkFields(value: unknown, what: string): Fields {
  if (!isFields(value)) throw wrong(what, "an object", value);
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(what: string, wanted: string, value: unknown): ShapeError {
  return new ShapeError(`is wrong: ${what} must be ${wanted}, not ${describe(value)}`);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return `${value}`;
  if (typeof value === "number" || typeof value === "boolean") return `${value}`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (value instanceof Promise) return "a promise";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
