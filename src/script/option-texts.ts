import type { Flag } from "../cli/flag.ts";
import { UserError } from "../config/user-error.ts";

/** Options that are JSON objects on the command line. */
const OBJECTS = ["extraArgs", "apiArgs", "datasetArgs", "queryTemplate"];

/**
 * A script's value as the texts that a person would type, so that the flag's own reader checks it.
 * @throws UserError for a value that no text stands for
 */
export function optionTexts(name: string, value: unknown, flag: Flag<unknown>): string[] {
  if (Array.isArray(value)) {
    // Of several values a flag that takes one would keep the last.
    if (flag.claims(["1", "1"]) < 2) throw new UserError("takes one value, not a list", 2);
    return value.map(scalarText);
  }
  if (typeof value === "object" && value !== null) return [...objectTexts(name, value)];
  return [scalarText(value)];
}

function objectTexts(name: string, value: object): string[] {
  if (name === "headers") return Object.entries(value).map(([header, text]) => `${header}=${scalarText(text)}`);
  if (!OBJECTS.includes(name)) throw new UserError("takes no object", 2);
  try {
    return [JSON.stringify(value)];
  } catch (error) {
    throw new UserError(`cannot be written as JSON (${(error as Error).message})`, 2, { cause: error });
  }
}

function scalarText(value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  const said =
    typeof value === "function"
      ? "a function"
      : typeof value === "object" && value !== null
        ? "an object"
        : String(value);
  throw new UserError(`${said} is no value for it`, 2);
}
