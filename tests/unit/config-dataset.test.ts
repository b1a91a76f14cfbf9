import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { findData, findTokenizer, parseDatasets } from "../../src/config/dataset.ts";
import { Mistakes } from "../../src/config/mistakes.ts";
import type { RunOptions } from "../../src/config/run-options.ts";
import { UserError } from "../../src/config/user-error.ts";

describe("several datasets", () => {
  test("one name is no mixture", () => expect(parseDatasets("openqa")).toEqual([]));

  test("names with weights, and with paths of their own", () => {
    expect(parseDatasets("openqa:0.7, jsonl=a/b.jsonl:0.3,random")).toEqual([
      { name: "openqa", dataset: "openqa", weight: 0.7, args: {} },
      { name: "jsonl=a/b.jsonl", dataset: "jsonl", path: "a/b.jsonl", weight: 0.3, args: {} },
      { name: "random", dataset: "random", weight: 1, args: {} },
    ]);
  });

  test("a path may have a colon in it", () => {
    expect(parseDatasets("jsonl=C:/x.jsonl:2")[0]).toMatchObject({ path: "C:/x.jsonl", weight: 2 });
  });

  test.each(["openqa:0", "openqa:0.7,", "jsonl=:1", ":1", "a:b"])("not %p", (text) => {
    expect(() => parseDatasets(text)).toThrow("is not NAME:WEIGHT");
  });

  test("the same one twice could not be told apart", () => {
    expect(() => parseDatasets("openqa:1,openqa:2")).toThrow("openqa stands in it twice");
  });

  test("whatever is written is a list or a UserError", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          for (const { weight } of parseDatasets(text)) expect(weight).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });
});

describe("what is done with inputs", () => {
  const options = (changed: Partial<RunOptions>) =>
    ({ tokenizePrompt: false, shuffle: false, ...changed }) as RunOptions;
  const found = (changed: Partial<RunOptions>, chat: boolean | undefined = false) => {
    const mistakes = new Mistakes();
    const data = findData(options(changed), chat, mistakes);
    return { data, said: mistakes.any ? mistakes.asError().message : "" };
  };

  test("made prompts differ from run to run unless somebody says otherwise", () => {
    expect(found({}).data).toEqual({ parts: [], order: { kind: "given" }, tokenizePrompt: false, cacheBust: "made" });
    expect(found({ cacheBust: true }).data.cacheBust).toBe("all");
    expect(found({ cacheBust: false }).data.cacheBust).toBe("none");
  });

  test("a sample is in random order already", () => {
    expect(found({ sample: 9, shuffle: true }).data.order).toEqual({ kind: "sample", count: 9 });
    expect(found({ shuffle: true }).data.order).toEqual({ kind: "shuffled" });
  });

  test("token ids need a tokenizer and plain completions", () => {
    expect(found({ tokenizePrompt: true, tokenizerPath: "gpt-4o" }).said).toBe("");
    expect(found({ tokenizePrompt: true }).said).toContain("--tokenizer-path");
    expect(found({ tokenizePrompt: true, tokenizerPath: "gpt-4o" }, true).said).toContain("/v1/completions");
  });
});

test("a tokenizer's file is named by its whole path, everything else as it was", () => {
  expect(findTokenizer(undefined)).toBeUndefined();
  for (const name of ["server", "gpt-4o", "o200k_base"]) expect(findTokenizer(name)).toBe(name);
  expect(findTokenizer("package.json")).toBe(`${process.cwd()}/package.json`);
  expect(() => findTokenizer("no/such.file.json")).toThrow("no such file");
});
