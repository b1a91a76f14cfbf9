/** What is wrong with a delta that a reader gave; null: nothing. Types alone do not hold: plugins are run as they are. */
export function deltaFault(delta: unknown): string | null {
  if (typeof delta !== "object" || delta === null) return `${describe(delta)} where a delta should be`;
  const fields = delta as Record<string, unknown>;
  const kind = fields.kind;
  switch (kind) {
    case "text":
    case "reasoning":
    case "tool":
      return stringFault(kind, fields, "text") ?? countsFault(kind, fields, ["tokens", "choice"]);
    case "usage":
      return countsFault(kind, fields, ["promptTokens", "completionTokens", "cachedTokens", "reasoningTokens"]);
    case "finish":
      return stringFault(kind, fields, "reason") ?? countsFault(kind, fields, ["choice"]);
    case "error":
    case "malformed":
      return stringFault(kind, fields, "message");
    case "items":
      return Number.isSafeInteger(fields.count) && (fields.count as number) >= 0
        ? null
        : `${describe(fields.count)} as "count" of an "items" delta: it must be a whole number from 0`;
    case "end":
      return null;
    default:
      return `a delta of the kind ${describe(kind)}, which plumb does not know`;
  }
}

function stringFault(kind: string, fields: Record<string, unknown>, name: string): string | null {
  const value = fields[name];
  return typeof value === "string" ? null : `${describe(value)} as "${name}" of a "${kind}" delta: it must be a string`;
}

/** A null says as little as a field that is not there. */
function countsFault(kind: string, fields: Record<string, unknown>, names: string[]): string | null {
  for (const name of names) {
    const value = fields[name] ?? 0;
    if (Number.isSafeInteger(value) && (value as number) >= 0) continue;
    return `${describe(value)} as "${name}" of a "${kind}" delta: it must be a whole number from 0`;
  }
  return null;
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
