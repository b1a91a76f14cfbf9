import type { Input } from "../contract/input.ts";
import { charactersIn, textsOf } from "../dataset/input-texts.ts";
import type { InputStream } from "../run/inputs.ts";
import type { TokenCounter } from "../tokens/token-counter.ts";

/** How long an input is, by its texts alone. */
export interface InputLength {
  kind: Input["kind"];
  /** Which part of a mixture, or of the data, it comes from; null: it does not say. */
  part: string | null;
  images: number;
  /** null: there is no text in it, and no token ids. */
  tokens: number | null;
  /** Unicode code points; null: there is no text in it. */
  characters: number | null;
}

/** Inputs of which the texts go to the counting thread together. */
const BATCH = 256;

/** The lengths of the stream's next inputs, so many or as many as there are. @throws UserError as the stream does */
export async function lengthsIn(stream: InputStream, count: number, counter: TokenCounter): Promise<InputLength[]> {
  const lengths: InputLength[] = [];
  while (lengths.length < count) {
    const inputs = await stream.take(Math.min(BATCH, count - lengths.length));
    if (inputs.length === 0) break;
    lengths.push(...(await measured(inputs, counter)));
  }
  return lengths;
}

async function measured(inputs: Input[], counter: TokenCounter): Promise<InputLength[]> {
  const contents = inputs.map(textsOf);
  const counts = (await counter.count(contents.flatMap(({ texts }) => texts))).values();
  return inputs.map((input, index) => {
    const { texts, images } = contents[index]!;
    const tokens = texts.reduce((sum) => sum + counts.next().value!, 0);
    const { kind, part = null } = input;
    if (kind === "tokens") return { kind, part, images, tokens: input.ids.length, characters: null };
    if (texts.length === 0) return { kind, part, images, tokens: null, characters: null };
    return { kind, part, images, tokens, characters: charactersIn(texts) };
  });
}
