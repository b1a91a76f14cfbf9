import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { chooseTokenizer } from "../../src/tokens/tokenizer-choice.ts";
import { folderWith } from "./tokens-fixture.ts";

describe("names", () => {
  test("of encodings, and of models that use one", () => {
    expect(chooseTokenizer("cl100k_base")).toEqual({ kind: "encoding", name: "cl100k_base" });
    expect(chooseTokenizer("gpt-4o")).toEqual({ kind: "encoding", name: "o200k_base" });
    expect(chooseTokenizer("gpt-3.5-turbo")).toEqual({ kind: "encoding", name: "cl100k_base" });
    expect(chooseTokenizer("gpt-5.1-mini")).toEqual({ kind: "encoding", name: "o200k_base" });
    expect(chooseTokenizer("gpt-4-0613")).toEqual({ kind: "encoding", name: "cl100k_base" });
    expect(chooseTokenizer("gpt2")).toEqual({ kind: "encoding", name: "r50k_base" });
  });

  test("the server", () => expect(chooseTokenizer("server")).toEqual({ kind: "server" }));

  test("of anything else say what can be given", () => {
    expect(() => chooseTokenizer("gpt-50")).toThrow("no such file");
    expect(() => chooseTokenizer("constructor")).toThrow("no such file or folder; it is a tokenizer.json");
    expect(() => chooseTokenizer("Qwen/Qwen3-8B")).toThrow("download the model's tokenizer.json");
  });
});

describe("files", () => {
  test("by their ends", () => {
    using folder = folderWith({ "tokenizer.json": {}, "own.tiktoken": "", "tokenizer.model": "", "notes.txt": "" });
    const at = (name: string) => join(folder.path, name);
    expect(chooseTokenizer(at("tokenizer.json"))).toEqual({ kind: "json", file: at("tokenizer.json") });
    expect(chooseTokenizer(at("own.tiktoken"))).toEqual({ kind: "ranks", file: at("own.tiktoken") });
    expect(chooseTokenizer(folder.path)).toEqual({ kind: "json", file: at("tokenizer.json") });
    expect(() => chooseTokenizer(at("tokenizer.model"))).toThrow("SentencePiece");
    expect(() => chooseTokenizer(at("notes.txt"))).toThrow("ends in .json or .tiktoken");
  });

  test("of folders without a tokenizer.json", () => {
    using ranks = folderWith({ "qwen.tiktoken": "" });
    expect(chooseTokenizer(ranks.path)).toEqual({ kind: "ranks", file: join(ranks.path, "qwen.tiktoken") });
    using pieces = folderWith({ "tokenizer.model": "" });
    expect(() => chooseTokenizer(pieces.path)).toThrow("save_pretrained");
    using none = folderWith({});
    expect(() => chooseTokenizer(none.path)).toThrow("no tokenizer.json");
  });
});
