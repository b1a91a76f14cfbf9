import { type Call, type Identity, type Json, parseObject, promptOf, whole } from "./call.ts";
import type { MockOptions } from "./options.ts";
import { inputUsage, WholeShape, wholeCall } from "./whole-shape.ts";

const DIMENSIONS = 8;
const MOST_DIMENSIONS = 65_536;

interface EmbeddingCall extends Call {
  texts: number;
  dimensions: number;
  base64: boolean;
}

/** @throws OpenAiError (400) naming the field */
export function parseEmbeddingCall(text: string): EmbeddingCall {
  const body: Json = parseObject(text);
  const { tokens, count } = promptOf(body.input, "input");
  return {
    ...wholeCall(body, tokens),
    texts: count,
    dimensions: whole(body, "dimensions", 1, MOST_DIMENSIONS) ?? DIMENSIONS,
    base64: body.encoding_format === "base64",
  };
}

/** The shape of /embeddings: unit vectors, each text's along an axis of its own. */
export function embeddingShape(call: EmbeddingCall, options: MockOptions, { model }: Identity): WholeShape {
  return new WholeShape(call.promptTokens, () => {
    const data = Array.from({ length: call.texts }, (_, index) => ({
      object: "embedding",
      index,
      embedding: vector(index % call.dimensions, call),
    }));
    return JSON.stringify({ object: "list", data, model, usage: inputUsage(call, options) });
  });
}

function vector(axis: number, { dimensions, base64 }: EmbeddingCall): number[] | string {
  const numbers = new Float32Array(dimensions);
  numbers[axis] = 1;
  return base64 ? Buffer.from(numbers.buffer).toString("base64") : [...numbers];
}
