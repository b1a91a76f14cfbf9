import { UserError } from "../config/user-error.ts";
import type { CountingAnswer, CountingAsk } from "./counting-task.ts";
import { ENGLISH_WORDS } from "./made-text.ts";
import { oneTokenWords } from "./one-token-words.ts";
import type { Countable, TokenCounter } from "./token-counter.ts";
import { isEmbedded, type LocalTokenizer } from "./tokenizer-choice.ts";

type Answered = Extract<CountingAnswer, { ok: true }>;
type Ask = CountingAsk extends infer One ? (One extends CountingAsk ? Omit<One, "id"> : never) : never;

interface Waiting {
  resolve: (answer: Answered) => void;
  reject: (error: Error) => void;
}

/** Items of one message to the thread: texts are copied on the way, a megabyte in a millisecond. */
const MOST_ITEMS = 64;

/**
 * A tokenizer in a thread of its own, which starts with the first ask: main goes on while it loads and counts. The
 * thread does not keep the process alive.
 */
export class WorkerCounter implements TokenCounter {
  #worker: Worker | null = null;
  #opened: Promise<unknown> | null = null;
  #words: Promise<readonly string[]> | null = null;
  #asked = 0;
  /** Why nothing can be asked any more. */
  #ended: Error | null = null;
  readonly #waiting = new Map<number, Waiting>();

  constructor(readonly choice: LocalTokenizer) {}

  count(items: readonly Countable[]): Promise<number[]> {
    return inBatches(items, async (batch) => (await this.#ask({ kind: "count", items: batch })).numbers);
  }

  encode(texts: readonly string[]): Promise<number[][]> {
    return inBatches(texts, async (batch) => (await this.#ask({ kind: "encode", items: batch })).ids);
  }

  words(): Promise<readonly string[]> {
    // They are that vocabulary's own: nothing has to be loaded for them.
    if (isEmbedded(this.choice)) return Promise.resolve(ENGLISH_WORDS);
    this.#words ??= oneTokenWords(
      (texts) => this.count(texts),
      async () => (await this.#ask({ kind: "vocabulary" })).texts,
    );
    return this.#words;
  }

  async surrounding(): Promise<number | null> {
    return (await this.#ask({ kind: "surrounding" })).numbers[0] ?? null;
  }

  close(): void {
    this.#worker?.terminate();
    this.#end(new Error("the counting of tokens was ended"));
  }

  async #ask(ask: Ask): Promise<Answered> {
    this.#opened ??= this.#send({ kind: "open", choice: this.choice });
    await this.#opened;
    return this.#send(ask);
  }

  #send(ask: Ask): Promise<Answered> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    const worker = this.#started();
    const id = this.#asked++;
    // While someone waits for an answer, the thread does keep the process alive.
    worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, ...ask });
    });
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(workerFile());
    worker.onmessage = ({ data }: MessageEvent<CountingAnswer>) => this.#answered(data);
    worker.onerror = ({ message }) => this.#end(new Error(`the counting of tokens failed: ${message}`));
    this.#worker = worker;
    return worker;
  }

  #answered(answer: CountingAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if (answer.ok) waiting?.resolve(answer);
    // What a thread throws loses its class on the way; all that a tokenizer says is about the file that was named.
    else waiting?.reject(new UserError(answer.message, 2));
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}

/** The next batch is with the thread when it has done one; all at once would hold main while they are copied. */
async function inBatches<Item, Answer>(
  items: readonly Item[],
  ask: (batch: Item[]) => Promise<Answer[]>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const start = next;
      next += MOST_ITEMS;
      for (const [index, answer] of (await ask(items.slice(start, next))).entries()) answers[start + index] = answer;
    }
  };
  await Promise.all([lane(), lane()]);
  return answers;
}

/** Compiled, all parts of this program lie side by side, but an entry keeps its folder below the first one's. */
function workerFile(): URL {
  const compiled = import.meta.path.startsWith("/$bunfs/") || import.meta.path.includes("~BUN");
  return new URL(compiled ? "./tokens/counting-worker.js" : "./counting-worker.ts", import.meta.url);
}
