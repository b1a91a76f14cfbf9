import { textOf } from "./fields.ts";
import type { ContentPart, Input, Message } from "./input.ts";

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

/** The text of a message, without its images. */
export function messageText({ content }: Message): string {
  if (!Array.isArray(content)) return content ?? "";
  return content.map((part) => ("text" in part ? textOf(part.text) : "")).join("");
}

/** Where a content part's image is, a URL or data URL; null for a part that is none. */
export function imageUrl(part: ContentPart): string | null {
  const image = part.type === "image_url" ? part.image_url : null;
  if (typeof image !== "object" || image === null || !("url" in image)) return null;
  return typeof image.url === "string" ? image.url : null;
}

/** What a data URL holds, for APIs that take images apart; null for a URL of another kind. */
export function inlineImage(url: string): { mediaType: string; base64: string } | null {
  const [, mediaType, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  return mediaType === undefined || base64 === undefined ? null : { mediaType, base64 };
}

/**
 * An input's messages, a prompt as one of them.
 *
 * @param api whose name an error carries
 * @throws for an input that is neither
 */
export function messagesOf(input: Input, api: string): Message[] {
  if (input.kind === "messages") return input.messages;
  if (input.kind === "prompt") return [{ role: "user", content: input.prompt }];
  throw new Error(`${api} cannot send an input of kind "${input.kind}"`);
}
