import { UserError } from "../config/user-error.ts";
import { countOf, fieldsOf, textOf } from "../contract/fields.ts";
import type { Message } from "../contract/input.ts";
import { oneTokenWords } from "./one-token-words.ts";
import type { Countable, TokenCounter } from "./token-counter.ts";

/**
 * Sends a body to a path of the server and gives its answer, parsed.
 * @throws ServerAnswer where the status is no 2xx
 */
export type Post = (path: string, body: unknown) => Promise<unknown>;

/** An answer that is no success. */
class ServerAnswer extends Error {
  constructor(
    readonly status: number,
    said: string,
  ) {
    super(`HTTP ${status}: ${said.slice(0, 200)}`);
  }
}

/** Asked at once: a server counts in a thread or two beside its real work. */
const AT_ONCE = 8;

/**
 * The service itself counts, by /tokenize: exact, but it costs the service work, so ask before or after a load and not
 * during one. vLLM and SGLang take `prompt` or `messages` and give `count`; llama.cpp takes `content` and gives the
 * ids, and makes a prompt of messages with /apply-template.
 */
export class ServerCounter implements TokenCounter {
  #words: Promise<readonly string[]> | null = null;
  #closed = false;

  constructor(
    readonly post: Post,
    readonly model: string,
  ) {}

  count(items: readonly Countable[]): Promise<number[]> {
    return this.#each(items, (item) => (typeof item === "string" ? this.#ofText(item, false) : this.#ofMessages(item)));
  }

  encode(texts: readonly string[]): Promise<number[][]> {
    return this.#each(texts, async (text) => idsIn(await this.#tokenize(this.#asking(text, false))));
  }

  /** The server's vocabulary is unknown, so the words are English or none. */
  words(): Promise<readonly string[]> {
    this.#words ??= oneTokenWords(
      (texts) => this.count(texts),
      async () => [],
    );
    return this.#words;
  }

  async surrounding(): Promise<number | null> {
    return (await this.#ofText("a", true)) - (await this.#ofText("a", false));
  }

  close(): void {
    this.#closed = true;
  }

  async #each<Item, Answer>(items: readonly Item[], ask: (item: Item) => Promise<Answer>): Promise<Answer[]> {
    const answers: Answer[] = [];
    let next = 0;
    const lane = async () => {
      while (next < items.length) {
        if (this.#closed) throw new Error("the counting of tokens was ended");
        const index = next++;
        answers[index] = await ask(items[index]!);
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
    return answers;
  }

  async #ofText(text: string, addSpecial: boolean): Promise<number> {
    return tokensIn(await this.#tokenize(this.#asking(text, addSpecial)));
  }

  /** One body for both kinds of server: each takes the fields that it knows. */
  #asking(text: string, addSpecial: boolean): unknown {
    const special = { add_special_tokens: addSpecial, add_special: addSpecial, parse_special: true };
    return { model: this.model, prompt: text, content: text, ...special };
  }

  async #ofMessages(messages: readonly Message[]): Promise<number> {
    const template = { model: this.model, messages, add_generation_prompt: true };
    const prompt = await this.post("/apply-template", template).catch((error: unknown) => {
      // Only llama.cpp has that path; the others apply the template when they count.
      if (error instanceof ServerAnswer) return null;
      throw unreachable(error);
    });
    if (prompt === null) return tokensIn(await this.#tokenize(template));
    return this.#ofText(textOf(fieldsOf(prompt).prompt), true);
  }

  async #tokenize(body: unknown): Promise<unknown> {
    try {
      return await this.post("/tokenize", body);
    } catch (error) {
      throw unreachable(error);
    }
  }
}

function tokensIn(answer: unknown): number {
  const { count, tokens } = fieldsOf(answer);
  const found = countOf(count) ?? (Array.isArray(tokens) ? tokens.length : undefined);
  if (found !== undefined) return found;
  throw new UserError("--tokenizer-path server: the answer of /tokenize holds neither a count nor tokens", 1);
}

function idsIn(answer: unknown): number[] {
  const { tokens } = fieldsOf(answer);
  if (Array.isArray(tokens) && tokens.every((id) => Number.isSafeInteger(id))) return tokens as number[];
  throw new UserError("--tokenizer-path server: the answer of /tokenize does not hold the ids of tokens", 1);
}

function unreachable(error: unknown): UserError {
  if (error instanceof UserError) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new UserError(
    `--tokenizer-path server: the server does not count tokens (/tokenize: ${said}); name a tokenizer.json instead`,
    1,
    { cause: error },
  );
}

/**
 * Posts below the part of a run's URL that comes before its API: `http://host/proxy/v1/chat/completions` is asked at
 * `http://host/proxy/tokenize`.
 * @param headers the key's among them
 * @param route how the service is reached, as fetch takes it
 */
export function postBeside(url: string, headers: Record<string, string>, route: object = { proxy: "" }): Post {
  const { origin, pathname } = new URL(url);
  const version = /^(.*?)\/v\d+(?:\/|$)/.exec(pathname);
  const base = origin + (version?.[1] ?? "");
  return async (path, body) => {
    const response = await fetch(base + path, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
      // Where nothing is said, not through the environment's proxy: it is not the user's wish for this server.
      ...route,
    });
    const text = await response.text();
    if (!response.ok) throw new ServerAnswer(response.status, text);
    return JSON.parse(text) as unknown;
  };
}
