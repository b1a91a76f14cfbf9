import { SequenceDecoder } from "@huggingface/tokenizers";
import { fromByteLetters } from "./byte-letters.ts";
import type { Spec } from "./spec.ts";

type DecoderConfig = ConstructorParameters<typeof SequenceDecoder>[0];

/** Tokens, in the letters of the vocabulary, to the text that they stand for. */
export type Decoder = (tokens: readonly string[]) => string;

/** @throws Error for a type that is unknown */
export function decoderOf(spec: Spec | null): Decoder {
  if (spec === null) return (tokens) => tokens.join(" ");
  if (spec.type === "ByteLevel") return byteLevel;
  const decoder = new SequenceDecoder({ type: "Sequence", decoders: [spec] } as unknown as DecoderConfig);
  return (tokens) => decoder.decode([...tokens]);
}

function byteLevel(tokens: readonly string[]): string {
  // A token added later may have characters that are no byte's letter; it stands for itself.
  const bytes = tokens.map((token) => fromByteLetters(token) ?? [...Buffer.from(token, "utf8")]);
  return Buffer.from(bytes.flat()).toString("utf8");
}
