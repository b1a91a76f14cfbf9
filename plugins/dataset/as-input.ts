import type { LooseInput, Params } from "plumb";

/** A text as what the run sends: one user message where the server applies its chat template, else the bare prompt. */
export function asInput(text: string, { applyChatTemplate }: Params): LooseInput {
  return applyChatTemplate ? [{ role: "user", content: text }] : text;
}
