import type { ContentPart } from "../contract/input.ts";

/** The words in a part of a message; null where it is an image or anything else that is not text. */
export function partText(part: ContentPart): string | null {
  return part.type === "text" && "text" in part && typeof part.text === "string" ? part.text : null;
}
