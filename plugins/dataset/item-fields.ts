import { type Fields, isFields, type JsonItem } from "plumb";

/** An item's fields. @throws Error where it is no object */
export function fieldsIn({ value, where }: JsonItem, dataset: string): Fields {
  if (isFields(value)) return value;
  throw new Error(`${where} is no JSON object, and ${dataset} wants one`);
}

/** The first of these fields that holds text, spaces around it taken off. @throws Error where none does */
export function textIn(item: JsonItem, names: string[], dataset: string): string {
  const fields = fieldsIn(item, dataset);
  for (const name of names) {
    const value = fields[name];
    if (typeof value === "string" && value.trim() !== "") return value.trim();
  }
  throw new Error(`${item.where} has no ${names.join(", ")}, and ${dataset} wants a text there`);
}

/** The fields of a value of which those named are texts, where they are there. @throws Error where it is not so */
export function textFields(value: unknown, names: string[], where: string): Fields {
  if (!isFields(value)) throw new Error(`${where} is no object with ${names.join(", ")}`);
  const odd = names.find(
    (name) => value[name] !== undefined && value[name] !== null && typeof value[name] !== "string",
  );
  if (odd !== undefined) throw new Error(`${where}: "${odd}" must be a text`);
  return value;
}
