import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { openTokenizer } from "../../src/tokens/open-tokenizer.ts";
import { chooseTokenizer, type LocalTokenizer } from "../../src/tokens/tokenizer-choice.ts";
import { folderWith, reference, referenceTexts } from "./tokens-fixture.ts";

const RANKS = join(import.meta.dir, "../../node_modules/gpt-tokenizer/data/r50k_base.tiktoken");

test("a tiktoken file is the encoding that it was written from", async () => {
  const file = await openTokenizer({ kind: "ranks", file: RANKS });
  const embedded = await openTokenizer(chooseTokenizer("gpt2") as LocalTokenizer);
  for (const text of await referenceTexts()) expect(file.encode(text)).toEqual(embedded.encode(text));
}, 30_000);

test("a tokenizer.json in a folder", async () => {
  const { tokenizer, ids } = await reference("byte_level_qwen");
  using folder = folderWith({ "tokenizer.json": tokenizer });
  const opened = await openTokenizer(chooseTokenizer(folder.path) as LocalTokenizer);
  expect((await referenceTexts()).map((text) => opened.encode(text))).toEqual(ids);
});

describe("mistakes name the file, and the line where there is one", () => {
  const opening = async (name: string, content: string) => {
    using folder = folderWith({ [name]: content });
    const file = join(folder.path, name);
    const kind = name.endsWith(".json") ? "json" : "ranks";
    const message = await openTokenizer({ kind, file }).catch((error: Error) => error.message);
    return String(message).replace(file, "FILE");
  };

  test("no JSON", async () => expect(await opening("tokenizer.json", "{")).toStartWith("--tokenizer-path FILE: "));
  test("no tokenizer", async () =>
    expect(await opening("tokenizer.json", "{}")).toBe("--tokenizer-path FILE: it has no model"));
  test("no ranks", async () =>
    expect(await opening("gpt2.tiktoken", "YQ== 0\nhello\n")).toContain("FILE: line 2 is not a token"));
  test("an empty file", async () => expect(await opening("gpt2.tiktoken", "")).toContain("it is empty"));
  test("ranks without a known name", async () =>
    expect(await opening("other.tiktoken", "YQ== 0\n")).toContain("its name must begin with o200k, cl100k"));
});

test("qwen's rank files have digits one by one", async () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => `${Buffer.from([byte]).toString("base64")} ${byte}`);
  const both = [...bytes, `${Buffer.from("12").toString("base64")} 256`].join("\n");
  using folder = folderWith({ "qwen.tiktoken": both, "cl100k_base.tiktoken": both });
  const counted = async (name: string) =>
    (await openTokenizer({ kind: "ranks", file: join(folder.path, name) })).count("1212");
  // One by one; else the first three digits together, of which two are a token.
  expect(await counted("qwen.tiktoken")).toBe(4);
  expect(await counted("cl100k_base.tiktoken")).toBe(3);
});
