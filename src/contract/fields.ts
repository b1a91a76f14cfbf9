/** What a server sends is looked at field by field: any of them may be missing, null or of another type. */
export type Fields = Record<string, unknown>;

/** A message holds no more of what cannot be read, in characters. */
const EXCERPT = 200;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object that it is, else one without fields: `fieldsOf(json.usage).total_tokens` never throws. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The list that it is, else an empty one. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text that it is, else an empty one. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A whole number from 0, such as a count of tokens; undefined: no count at all. */
export function countOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/** The delta for what no reply of the API is. `json` as a reader gets it. */
export function malformedReply(said: string, json: unknown): { kind: "malformed"; message: string } {
  const what = json === undefined ? "not JSON" : isFields(json) ? "not a reply of this API" : "not a JSON object";
  return { kind: "malformed", message: `${what}: ${said.slice(0, EXCERPT)}` };
}

/** A server's own words: the `message` of an error object, of what it stands in, or all of it. */
export function errorWords(reply: Fields): string {
  const { error, message } = reply;
  const said = isFields(error) ? textOf(error.message) : textOf(error);
  return said || textOf(message) || JSON.stringify(error ?? reply);
}
