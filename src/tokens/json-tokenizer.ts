import { isFields, listOf } from "../contract/fields.ts";
import { AddedTokenFinder, addedTokensOf } from "./added-tokens.ts";
import { type Decoder, decoderOf } from "./decoder.ts";
import type { Model } from "./model.ts";
import { modelOf } from "./model-file.ts";
import { type Normalizer, normalizerOf } from "./normalizer.ts";
import { PieceCache } from "./piece-cache.ts";
import { type PreTokenizer, preTokenizerOf } from "./pre-tokenizer.ts";
import { specOf, specsOf } from "./spec.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What is done with the parts of a text, in their order. */
interface Taker {
  /** An added token. */
  token(id: number): void;
  /** The units from `start` to `end` of a text are a piece for the model. */
  piece(text: string, start: number, end: number): void;
}

/** A tokenizer as Hugging Face's `tokenizer.json` describes it, the same tokens as the `tokenizers` library gives. */
export class JsonTokenizer implements Tokenizer {
  readonly surrounding: number;
  readonly #raw: AddedTokenFinder;
  readonly #normalized: AddedTokenFinder;
  readonly #normalize: Normalizer;
  readonly #preTokenizer: PreTokenizer;
  readonly #model: Model;
  readonly #decode: Decoder;
  /** By id, added tokens among them. */
  readonly #tokens: string[] = [];
  readonly #added: ReadonlySet<number>;
  readonly #pieces = new PieceCache((piece) => this.#model.encode(this.#preTokenizer.spell(piece)));

  /**
   * @param file the parsed file
   * @throws Error saying what of it is missing or unknown to plumb; the file is not named
   */
  constructor(file: unknown) {
    if (!isFields(file)) throw new Error("it is no JSON object");
    this.#normalize = normalizerOf(specOf(file.normalizer, "normalizer"));
    this.#preTokenizer = preTokenizerOf(specOf(file.pre_tokenizer, "pre_tokenizer"));
    this.#model = modelOf(file.model);
    this.#decode = decoderOf(specOf(file.decoder, "decoder"));
    this.surrounding = tokensAround(file.post_processor);
    const added = addedTokensOf(file.added_tokens);
    this.#raw = new AddedTokenFinder(added.filter(({ normalized }) => !normalized));
    this.#normalized = new AddedTokenFinder(
      added.flatMap((token) => {
        const content = token.normalized ? this.#normalize(token.content) : "";
        return content === "" ? [] : [{ ...token, content }];
      }),
    );
    for (const [token, id] of this.#model.vocabulary) this.#tokens[id] = token;
    for (const { id, content } of added) this.#tokens[id] = content;
    this.#added = new Set(added.map(({ id }) => id));
  }

  count(text: string): number {
    let tokens = 0;
    this.#each(text, {
      token: () => tokens++,
      piece: (part, start, end) => {
        tokens += this.#pieces.count(part, start, end);
      },
    });
    return tokens;
  }

  encode(text: string): number[] {
    const all: number[] = [];
    this.#each(text, {
      token: (id) => all.push(id),
      piece: (part, start, end) => this.#pieces.append(all, part, start, end),
    });
    return all;
  }

  decode(ids: readonly number[]): string {
    return this.#decode(
      ids.map((id) => {
        const token = this.#tokens[id];
        if (token === undefined) throw new RangeError(`${id} is no token of this vocabulary`);
        return token;
      }),
    );
  }

  *tokenTexts(): Iterable<string> {
    for (const id of this.#model.vocabulary.values()) {
      const text = this.#added.has(id) ? "\ufffd" : this.decode([id]);
      if (!text.includes("\ufffd")) yield text;
    }
  }

  /** Added tokens first, in the text as it is, then in the normalized one; what lies between goes through the model. */
  #each(text: string, taker: Taker): void {
    for (const outer of this.#raw.sections(text.toWellFormed(), true)) {
      if (outer.kind === "token") {
        taker.token(outer.id);
        continue;
      }
      for (const inner of this.#normalized.sections(this.#normalize(outer.text), outer.atStart)) {
        if (inner.kind === "token") taker.token(inner.id);
        else this.#eachPiece(inner.text, inner.atStart, taker);
      }
    }
  }

  #eachPiece(text: string, atStart: boolean, taker: Taker): void {
    for (const piece of this.#preTokenizer.cut(text, atStart)) {
      for (let start = 0; start < piece.length; ) {
        const end = this.#model.wordEnd?.(piece, start) ?? piece.length;
        taker.piece(piece, start, end);
        start = end;
      }
    }
  }
}

/** How many tokens the post-processor puts round a single text. */
function tokensAround(value: unknown): number {
  const spec = specOf(value, "post_processor");
  switch (spec?.type) {
    case "BertProcessing":
    case "RobertaProcessing":
      return 2;
    case "TemplateProcessing":
      return listOf(spec.single).filter((part) => isFields(part) && part.SpecialToken !== undefined).length;
    case "Sequence":
      return specsOf(spec.processors, "post_processor").reduce((sum, part) => sum + tokensAround(part), 0);
    default:
      return 0;
  }
}
