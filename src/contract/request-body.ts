import { type Fields, fieldsOf, isFields } from "./fields.ts";
import type { Input } from "./input.ts";
import type { Params } from "./params.ts";
import { writtenFields } from "./written.ts";

export interface BodyParts {
  /** What is sent, under the name that the API gives it: `{ messages }`, `{ prompt }`, `{ input }`. */
  content: Fields;
  /**
   * The options under the names that the API gives them; an undefined one says nothing. It may be called with those
   * alone that the user gave.
   */
  fields(params: Partial<Params>): Fields;
  /** Objects in the body that are put together field by field as well: `["parameters"]`. */
  deep?: string[];
}

/**
 * A request body out of everything that may have a say in it, the later before the earlier: `fields` of all options,
 * `--query-template`, `fields` of the options that the user gave, `content`, the body of a "raw" input, `--extra-args`.
 *
 * In the template's texts `%m` stands for the model and `%p` for the prompt. A template with a `%p` says itself where
 * the prompt goes, and `content` is left out; otherwise `content` takes the place of the template's `messages`,
 * `input.messages`, `input` or `prompt`.
 * @throws Error where `%p` is wanted of an input that is no text
 */
export function requestBody(input: Input, params: Params, { content, fields, deep = [] }: BodyParts): Fields {
  const written = writtenFields(input, params);
  const { queryTemplate: template } = params;
  // What is sent stands first: a conversation's requests then begin alike, whatever else changes from turn to turn, and
  // their record keeps what is new in each.
  if (template === undefined) return { ...content, ...joined([fields(params), content, written], deep) };
  const filled = fill(template, params.model, input) as Fields;
  const own = mentions(template, "%p") ? {} : placed(filled, content);
  return joined([fields(params), filled, fields(onlyGiven(params)), own, written], deep);
}

/** The later before the earlier. */
function joined(layers: Fields[], deep: string[]): Fields {
  const entries = layers.flatMap((layer) => Object.entries(layer)).filter(([, value]) => value !== undefined);
  const body: Fields = Object.fromEntries(entries);
  for (const name of deep.filter((name) => isFields(body[name]))) {
    const parts = layers.map((layer) => fieldsOf(layer[name]));
    body[name] = joined(parts, []);
  }
  return body;
}

function onlyGiven(params: Params): Partial<Params> {
  const { given, applyChatTemplate } = params;
  const said = Object.entries(params).filter(([name]) => given.includes(name));
  return { ...Object.fromEntries(said), given, applyChatTemplate };
}

/** The content under the name that the template has for it. */
function placed(template: Fields, content: Fields): Fields {
  const [name, value] = Object.entries(content)[0] ?? [];
  if (name === undefined || name in template || !("input" in template)) return content;
  const { input } = template;
  return { input: isFields(input) && "messages" in input ? { ...input, messages: value } : value };
}

function fill(value: unknown, model: string, input: Input): unknown {
  if (typeof value === "string") {
    // By a function: a replacement text would have its dollar signs read.
    return value.replace(/%[mp]/g, (mark) => (mark === "%m" ? model : promptText(input)));
  }
  if (Array.isArray(value)) return value.map((entry) => fill(entry, model, input));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, fill(entry, model, input)]));
}

function mentions(value: unknown, mark: string): boolean {
  if (typeof value === "string") return value.includes(mark);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((entry) => mentions(entry, mark));
}

function promptText(input: Input): string {
  if (input.kind === "prompt") return input.prompt;
  if (input.kind !== "messages")
    throw new Error(`%p in the query template: an input of kind "${input.kind}" is no text`);
  const texts = input.messages.flatMap(({ content }) => {
    if (typeof content === "string") return [content];
    return (content ?? []).map((part) => {
      if (part.type === "text" && typeof part.text === "string") return part.text;
      throw new Error(`%p in the query template cannot hold a part of type "${part.type}": leave "messages" to plumb`);
    });
  });
  return texts.join("\n");
}
