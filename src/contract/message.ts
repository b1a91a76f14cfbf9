import type { ContentPart, Message } from "./input.ts";

/**
 * A message of text, with images where there are any (URLs or data URLs).
 *
 * @param role "user" if absent
 */
export function createMessage(text: string, images: string[] = [], role = "user"): Message {
  if (images.length === 0) return { role, content: text };
  const pictures = images.map((url): ContentPart => ({ type: "image_url", image_url: { url } }));
  return { role, content: [{ type: "text", text }, ...pictures] };
}
