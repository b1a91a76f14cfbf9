/** Everything in a request body that a model would read, for counting: messages, prompts, documents, tools. */
export function promptTexts(body: string | null): string[] {
  if (body === null) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return [body];
  }
  if (typeof parsed !== "object" || parsed === null) return [];
  const { messages, prompt, input, system, instructions, query, documents, tools } = parsed as Record<string, unknown>;
  const texts = [messages, prompt, input, system, instructions, query, documents].flatMap(stringsOf);
  if (tools !== undefined) texts.push(JSON.stringify(tools));
  return texts;
}

function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  if (typeof value !== "object" || value === null) return [];
  // An input may be an object with the messages in it.
  const { messages, prompt, content, text } = value as Record<string, unknown>;
  return [messages, prompt, content, text].flatMap(stringsOf);
}
