import type { ContentPart, Input, Message } from "../contract/input.ts";

/** The input with a first line of its own, so that nothing the service has cached begins like it. Texts and messages only. */
export function salted(input: Input, line: string): Input {
  if (input.kind === "prompt") return { ...input, prompt: `${line}\n${input.prompt}` };
  if (input.kind === "messages") return { ...input, messages: begun(input.messages, line) };
  if (input.kind !== "conversation") return input;
  const [first, ...rest] = input.turns;
  if (first === undefined) return input;
  return { ...input, turns: [{ ...first, messages: begun(first.messages, line) }, ...rest] };
}

/** What is cached is a prompt's beginning, so the very first message has the line. */
function begun([first, ...rest]: Message[], line: string): Message[] {
  if (first === undefined) return rest;
  const { content } = first;
  const part: ContentPart = { type: "text", text: `${line}\n` };
  return [{ ...first, content: Array.isArray(content) ? [part, ...content] : `${line}\n${content ?? ""}` }, ...rest];
}
