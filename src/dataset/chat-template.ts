import type { Input, Message } from "../contract/input.ts";
import { ShapeError } from "./input-shape.ts";
import { partText } from "./part-text.ts";

/**
 * Fits an input to who applies the chat template. The server does: a prompt becomes one user message. Nobody does:
 * messages become one prompt, their texts joined by a newline. Other kinds are untouched.
 * @throws ShapeError where messages hold more than text and are wanted as a prompt: dropping an image would measure
 *   another request than the one that was asked for
 */
export function fitToTemplate(input: Input, applyChatTemplate: boolean): Input {
  if (applyChatTemplate && input.kind === "prompt") {
    const { prompt, ...rest } = input;
    return { ...rest, kind: "messages", messages: [{ role: "user", content: prompt }] };
  }
  if (!applyChatTemplate && input.kind === "messages") {
    const { messages, ...rest } = input;
    return { ...rest, kind: "prompt", prompt: messages.map(promptText).join("\n") };
  }
  return input;
}

function promptText({ content }: Message): string {
  if (!Array.isArray(content)) return content ?? "";
  return content
    .map((part) => {
      const text = partText(part);
      if (text !== null) return text;
      throw new ShapeError(`has a part of type "${part.type}", which a plain prompt cannot carry: use a chat endpoint`);
    })
    .join("\n");
}
