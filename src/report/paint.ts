import { styleText } from "node:util";

export type Paint = (text: string, style: "bold" | "dim" | "red" | "green" | "yellow") => string;

/** Colours a text, or leaves it as it is. Whether the stream is a terminal is the caller's to know. */
export function painter(color: boolean): Paint {
  return (text, style) => (color ? styleText(style, text, { validateStream: false }) : text);
}
