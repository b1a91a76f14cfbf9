import { describe, expect, test } from "bun:test";
import { UserError } from "../../src/config/user-error.ts";
import type { DatasetPlugin } from "../../src/contract/dataset.ts";
import type { Params } from "../../src/contract/params.ts";
import { Feeder, type FeederOptions } from "../../src/dataset/feeder.ts";
import { FileSource } from "../../src/dataset/source.ts";

const params: Params = {
  model: "m",
  stream: true,
  url: "http://127.0.0.1/v1/chat/completions",
  applyChatTemplate: false,
  minPromptLength: 0,
  maxPromptLength: 131072,
  extraArgs: {},
  apiArgs: {},
  datasetArgs: {},
  given: [],
};

type Items = ReturnType<DatasetPlugin["buildMessages"]>;

function feeder(build: () => unknown, changes: Partial<Params> = {}, options: Partial<FeederOptions> = {}): Feeder {
  const plugin: DatasetPlugin = { name: "sample", buildMessages: () => build() as Items };
  return new Feeder(plugin, { ...params, ...changes }, new FileSource(), { maxTokensTo: null, seed: 0, ...options });
}

const prompts = (inputs: unknown[]) => inputs.map((input) => (input as { prompt: string }).prompt);

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe("the stream", () => {
  test("begins again when the data ends", async () => {
    let passes = 0;
    const feed = feeder(() => [`a${++passes}`, `b${passes}`]);
    expect(prompts(await feed.take(5))).toEqual(["a1", "b1", "a2", "b2", "a3"]);
    expect(prompts([await feed.next()])).toEqual(["b3"]);
  });

  test("asked to go once, it ends with the data, and tells what was left out", async () => {
    let passes = 0;
    const build = () => {
      passes++;
      return ["a", "too long", "b"];
    };
    const feed = feeder(build, { maxPromptLength: 3 }, { once: true });
    expect(prompts(await feed.take(2))).toEqual(["a", "b"]);
    expect(await feed.take(5)).toEqual([]);
    expect(await feed.take(1)).toEqual([]);
    expect([passes, feed.leftOut]).toEqual([1, 1]);
    await expect(feeder(() => [], {}, { once: true }).take(1)).rejects.toThrow("is empty");
  });

  test("generators of either kind, endless ones too", async () => {
    function* counting() {
      for (let number = 0; ; number++) yield `${number}`;
    }
    async function* waiting() {
      for (const text of counting()) {
        await Bun.sleep(1);
        yield text;
      }
    }
    expect(prompts(await feeder(counting).take(3))).toEqual(["0", "1", "2"]);
    expect(prompts(await feeder(waiting).take(3))).toEqual(["0", "1", "2"]);
  });

  test("reads no more than it is asked for", async () => {
    let made = 0;
    const feed = feeder(function* () {
      for (;;) yield `${++made}`;
    });
    await feed.take(7);
    expect(made).toBe(7);
  });

  test("calls at the same time get inputs in the order of the calls", async () => {
    const feed = feeder(async function* () {
      for (let number = 0; ; number++) {
        await Bun.sleep(number === 0 ? 5 : 0);
        yield `${number}`;
      }
    });
    const answers = await Promise.all([feed.take(2), feed.next(), feed.take(2)]);
    expect(prompts(answers.flat())).toEqual(["0", "1", "2", "3", "4"]);
  });

  test("close lets go of the dataset; a later call is refused", async () => {
    let released = false;
    const feed = feeder(function* () {
      try {
        for (;;) yield "x";
      } finally {
        released = true;
      }
    });
    await feed.next();
    await feed.close();
    expect(released).toBe(true);
    await expect(feed.next()).rejects.toThrow("the feeder is closed");
    await feed.close();
  });
});

describe("the form", () => {
  test("a string is a prompt, or one user message under the chat template", async () => {
    expect(await feeder(() => ["hi"]).next()).toEqual({ kind: "prompt", prompt: "hi" });
    const chat = { applyChatTemplate: true };
    const message = { kind: "messages", messages: [{ role: "user", content: "hi" }] } as const;
    expect(await feeder(() => ["hi"], chat).next()).toEqual({ ...message, messages: [...message.messages] });
    const full = await feeder(() => [{ kind: "prompt", prompt: "hi", maxTokens: 3 }], chat).next();
    expect(full).toEqual({ kind: "messages", messages: [{ role: "user", content: "hi" }], maxTokens: 3 });
  });

  test("messages stay messages under the chat template, else their texts are joined", async () => {
    const parts = [
      { type: "text", text: "b" },
      { type: "text", text: "c" },
    ];
    const messages = [
      { role: "system", content: "a" },
      { role: "user", content: parts },
    ];
    expect(await feeder(() => [messages], { applyChatTemplate: true }).next()).toEqual({ kind: "messages", messages });
    expect(await feeder(() => [messages]).next()).toEqual({ kind: "prompt", prompt: "a\nb\nc" });
  });

  test("an image cannot become a prompt: it is not dropped in silence", async () => {
    const content = [{ type: "image_url", image_url: { url: "data:," } }];
    const error = await failure(feeder(() => [[{ role: "user", content }]]).next());
    expect(error.message).toStartWith('item 1 of dataset sample has a part of type "image_url"');
  });

  test("other kinds are left as they are", async () => {
    for (const input of [{ kind: "raw", body: {} } as const, { kind: "tokens", ids: [1] } as const]) {
      expect(await feeder(() => [input], { applyChatTemplate: true }).next()).toEqual(input as never);
    }
  });
});

describe("prompt length", () => {
  test("inputs outside the bounds are left out, the bounds themselves are in", async () => {
    const feed = feeder(() => ["1", "22", "333", "4444"], { minPromptLength: 2, maxPromptLength: 3 });
    expect(prompts(await feed.take(4))).toEqual(["22", "333", "22", "333"]);
  });

  test("characters are counted, not their halves", async () => {
    const bounds = { minPromptLength: 3, maxPromptLength: 3 };
    expect(prompts(await feeder(() => ["中文字", "😀😀😀", "😀😀"], bounds).take(3))).toEqual([
      "中文字",
      "😀😀😀",
      "中文字",
    ]);
    expect(prompts(await feeder(() => ["😀😀", "😀😀😀"], { minPromptLength: 3 }).take(1))).toEqual(["😀😀😀"]);
  });

  test("messages count together; raw, rerank, texts and tokens have no length", async () => {
    const two = (content: unknown) => [
      { role: "user", content },
      { role: "user", content: [{ type: "text", text: "ab" }] },
    ];
    const kept = [
      { kind: "raw", body: {} },
      { kind: "rerank", query: "qqqqqqq", documents: ["d"] },
      { kind: "texts", texts: ["t"] },
      { kind: "tokens", ids: [1] },
      { kind: "messages", messages: two("abc") },
    ];
    const left = [{ kind: "messages", messages: two("abcd") }];
    const bounds = { minPromptLength: 5, maxPromptLength: 5, applyChatTemplate: true };
    const taken = await feeder(() => [...left, ...kept], bounds).take(kept.length);
    expect(taken.map(({ kind }) => kind) as string[]).toEqual(kept.map(({ kind }) => kind));
  });

  test("of a conversation the first turn counts", async () => {
    const turns = (...texts: string[]) => ({
      kind: "conversation",
      turns: texts.map((content) => ({ messages: [{ role: "user", content }] })),
    });
    const bounds = { minPromptLength: 3, maxPromptLength: 3, applyChatTemplate: true };
    const taken = await feeder(() => [turns("ab", "c"), turns("abc", "defg")], bounds).take(1);
    expect(taken as unknown[]).toEqual([turns("abc", "defg")]);
  });

  test("the default bound does not refuse made prompts whose length was asked for", async () => {
    const long = () => ["x".repeat(200_000)];
    expect((await feeder(long, { inputLen: 40_000 }).take(1)).length).toBe(1);
    await failure(feeder(long).next());
    await failure(feeder(long, { inputLen: 40_000, given: ["maxPromptLength"] }).next());
  });

  test("a pass without anything usable names the figures and the flags", async () => {
    const error = await failure(feeder(() => ["a", "b", "c"], { minPromptLength: 5, datasetPath: "my.txt" }).next());
    expect(error.exitCode).toBe(2);
    expect(error.message).toBe(
      "dataset sample (my.txt) has no usable input: 3 read, 3 left out for their length, which must be 5 to 131072 " +
        "characters; change --min-prompt-length or --max-prompt-length",
    );
  });

  test("an endless dataset without anything usable ends too, and lets timers run meanwhile", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    const feed = feeder(
      function* () {
        for (;;) yield "x";
      },
      { minPromptLength: 2 },
    );
    expect((await failure(feed.next())).message).toContain("100000 read, 100000 left out");
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });

  test("an empty dataset is said to be empty", async () => {
    expect((await failure(feeder(() => []).next())).message).toBe("dataset sample is empty: it gave no input at all");
  });
});

describe("max tokens", () => {
  const draw = async (seed: number, count: number) => {
    const feed = feeder(() => ["x"], { maxTokens: 10 }, { maxTokensTo: 12, seed });
    return (await feed.take(count)).map(({ maxTokens }) => maxTokens);
  };

  test("are drawn from the whole range, bounds included", async () => {
    expect([...new Set(await draw(1, 200))].sort()).toEqual([10, 11, 12]);
  });

  test("are the same for the same seed only", async () => {
    expect(await draw(1, 50)).toEqual(await draw(1, 50));
    expect(await draw(1, 50)).not.toEqual(await draw(2, 50));
  });

  test("an input's own number stays, and without a range nothing is added", async () => {
    const own = () => [{ kind: "prompt", prompt: "x", maxTokens: 99 }];
    expect((await feeder(own, { maxTokens: 1 }, { maxTokensTo: 2 }).next()).maxTokens).toBe(99);
    expect(await feeder(() => ["x"], { maxTokens: 1 }).next()).not.toHaveProperty("maxTokens");
  });
});

describe("failures", () => {
  test("an exception of the dataset names the dataset and keeps its cause", async () => {
    const cause = new Error("row 7 is odd");
    const build = async function* () {
      yield "fine";
      throw cause;
    };
    const feed = feeder(build);
    // The inputs before it are handed over first.
    expect(prompts(await feed.take(10))).toEqual(["fine"]);
    const error = await failure(feed.take(10));
    expect(error.message).toBe("dataset sample failed after item 1: row 7 is odd");
    expect(error.exitCode).toBe(1);
    expect(error.cause).toBe(cause);
    expect(await failure(feed.next())).toBe(error);
  });

  test("an unreadable file keeps its own message and exit code", async () => {
    const error = await failure(feeder(() => new FileSource().lines("/no/such/file")).next());
    expect(error.message).toBe("cannot read /no/such/file: there is no such file");
    expect(error.exitCode).toBe(2);
  });

  test("a value of the wrong shape is named by its place", async () => {
    const feed = feeder(() => ["ok", { kind: "prompt", prompt: 3 }]);
    await feed.next();
    const error = await failure(feed.next());
    expect(error.message).toBe("item 2 of dataset sample is wrong: its prompt must be a string, not 3");
    expect(error.exitCode).toBe(1);
  });

  test("a shape that is wrong names the file, and the dataset's files are let go", async () => {
    let ended = false;
    function* build() {
      try {
        yield { kind: "tokens", ids: [-1] };
      } finally {
        ended = true;
      }
    }
    const error = await failure(feeder(build, { datasetPath: "my.txt" }).next());
    expect(error.message).toBe(
      "item 1 of dataset sample (my.txt) is wrong: a token id must be a whole number from 0, not -1",
    );
    expect(ended).toBe(true);
  });

  test("a dataset that gives no iterable is told how to write one", async () => {
    const error = await failure(feeder(async () => ["x"]).next());
    expect(error.message).toBe(
      "dataset sample failed: buildMessages must give an iterable; write it as *buildMessages(...)",
    );
    expect((await failure(feeder(() => "text").next())).message).toContain("must give an iterable");
  });
});
