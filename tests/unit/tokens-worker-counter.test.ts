import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ENGLISH_WORDS } from "../../src/tokens/made-text.ts";
import { EMBEDDED } from "../../src/tokens/tokenizer-choice.ts";
import { WorkerCounter } from "../../src/tokens/worker-counter.ts";
import { folderWith, reference, referenceTexts } from "./tokens-fixture.ts";

const { tokenizer, ids } = await reference("byte_level_qwen");
const folder = folderWith({
  "tokenizer.json": tokenizer,
  "chat_template.jinja": "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}",
});
const choice = { kind: "json", file: join(folder.path, "tokenizer.json") } as const;
const counter = new WorkerCounter(choice);
afterAll(() => {
  counter.close();
  folder[Symbol.dispose]();
});

describe("count", () => {
  test("of many texts, in order", async () => {
    const texts = await referenceTexts();
    const many = Array.from({ length: 5 }, () => texts).flat();
    const expected = Array.from({ length: 5 }, () => ids.map((list) => list.length)).flat();
    expect(await counter.count(many)).toEqual(expected);
    expect(await counter.count([])).toEqual([]);
  }, 30_000);

  test("of messages: what the chat template makes of them", async () => {
    const [plain, asMessages] = await counter.count(["x = {", [{ role: "user", content: "x = {" }]]);
    expect(asMessages).toBe(plain! + 2);
  });

  test("of messages without a template: their texts", async () => {
    const parts = [
      { type: "text", text: "Hello, world!" },
      { type: "image_url", image_url: { url: "data:," } },
    ];
    using bare = new Closing({ kind: "encoding", name: "r50k_base" });
    expect(
      await bare.counter.count([
        [
          { role: "user", content: parts },
          { role: "user", content: "Hello, world!" },
        ],
      ]),
    ).toEqual([8]);
  }, 30_000);
});

test("ids, in order", async () => {
  const texts = await referenceTexts();
  expect(await counter.encode(texts)).toEqual(ids.map((list) => [...list]));
  expect(await counter.encode([])).toEqual([]);
});

test("messages that the template does not take are counted by their texts", async () => {
  using folder = folderWith({
    "tokenizer.json": tokenizer,
    "chat_template.jinja": "{{ raise_exception('no system messages') }}",
  });
  const strict = new WorkerCounter({ kind: "json", file: join(folder.path, "tokenizer.json") });
  const [plain, messages] = await strict.count(["x = {", [{ role: "system", content: "x = {" }]]);
  strict.close();
  expect(messages).toBe(plain!);
}, 30_000);

test("the embedded vocabulary's words are known without a thread; closed, none is started", async () => {
  const embedded = new WorkerCounter(EMBEDDED);
  embedded.close();
  expect(await embedded.words()).toBe(ENGLISH_WORDS);
  await expect(embedded.count(["x"])).rejects.toThrow("was ended");
});

test("other calls go on while it counts", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await counter.count(Array.from({ length: 2000 }, (_, index) => `text ${index} `.repeat(200)));
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
}, 30_000);

test("words are found once", async () => {
  const words = await counter.words();
  expect(words.length).toBeGreaterThan(8);
  expect(await counter.words()).toBe(words);
  expect(await counter.surrounding()).toBe(0);
});

describe("failures", () => {
  test("a file that is no tokenizer: every call says so", async () => {
    using broken = folderWith({ "tokenizer.json": "{}" });
    using bad = new Closing({ kind: "json", file: join(broken.path, "tokenizer.json") });
    expect(bad.counter.count(["a"])).rejects.toThrow("it has no model");
    expect(await bad.counter.words().catch((error: Error) => error.name)).toBe("UserError");
  }, 30_000);

  test("closed, it refuses what waits and what comes", async () => {
    const closing = new WorkerCounter(choice);
    const waiting = closing.count(["a"]).catch((error: Error) => error.message);
    closing.close();
    expect(await waiting).toContain("ended");
    expect(closing.count(["a"])).rejects.toThrow("ended");
  });
});

test("it lets the process end", async () => {
  const script = `
    const { WorkerCounter } = await import("${import.meta.dir}/../../src/tokens/worker-counter.ts");
    const counter = new WorkerCounter(${JSON.stringify(choice)});
    process.stdout.write(String(await counter.count(["a"])));`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", timeout: 20_000 });
  expect(await new Response(child.stdout).text()).toBe("1");
  expect(await child.exited).toBe(0);
}, 30_000);

/** A counter that is closed when the scope ends. */
class Closing {
  readonly counter: WorkerCounter;
  constructor(what: ConstructorParameters<typeof WorkerCounter>[0]) {
    this.counter = new WorkerCounter(what);
  }
  [Symbol.dispose](): void {
    this.counter.close();
  }
}
