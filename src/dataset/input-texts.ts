import type { ContentPart, Input, Message } from "../contract/input.ts";
import { partText } from "./part-text.ts";

/** What an input holds: its texts, and how many images. */
export interface InputTexts {
  texts: string[];
  images: number;
}

/** Of a whole body: its messages, prompt or input, where they are texts. Token ids are no text. */
export function textsOf(input: Input): InputTexts {
  switch (input.kind) {
    case "prompt":
      return plain([input.prompt]);
    case "messages":
      return ofMessages(input.messages);
    case "conversation":
      return ofMessages(input.turns.flatMap(({ messages }) => messages));
    case "texts":
      return plain(input.texts);
    case "rerank":
      return plain([input.query, ...input.documents]);
    case "tokens":
      return plain([]);
    case "raw": {
      const { messages, prompt, input: said } = input.body;
      if (Array.isArray(messages)) return ofMessages(messages as Message[]);
      return plain([prompt, said].flat().filter((text) => typeof text === "string"));
    }
  }
}

function plain(texts: string[]): InputTexts {
  return { texts, images: 0 };
}

/** A body that a person wrote may hold anything. */
function ofMessages(messages: Partial<Message>[]): InputTexts {
  const parts = messages.flatMap((message): ContentPart[] => {
    const content = message?.content ?? [];
    if (typeof content === "string") return [{ type: "text", text: content }];
    return Array.isArray(content) ? content : [];
  });
  const texts = parts.map(partText).filter((text) => text !== null);
  return { texts, images: parts.filter(({ type }) => type === "image_url").length };
}

/** Unicode code points. */
export function charactersIn(texts: string[]): number {
  let characters = 0;
  for (const text of texts) for (const _ of text) characters++;
  return characters;
}
