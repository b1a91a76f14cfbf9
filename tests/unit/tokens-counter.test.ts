import { describe, expect, test } from "bun:test";
import { loadTokenizer } from "../../src/tokens/counter.ts";

describe("loadTokenizer", () => {
  test("loads once", async () => expect(await loadTokenizer()).toBe(await loadTokenizer()));

  test("counts and makes text with one and the same vocabulary", async () => {
    const tokenizer = await loadTokenizer();
    expect(tokenizer.count("")).toBe(0);
    expect(tokenizer.count("Hello, world!")).toBe(4);
    expect(tokenizer.count(tokenizer.makeText(321, 9))).toBe(321);
  });

  test("the vocabulary is not loaded before it is asked for", async () => {
    const script = `
      const { FileSource } = await import("${import.meta.dir}/../../src/dataset/source.ts");
      const loaded = () => Object.keys(require.cache).filter((path) => path.includes("bpeRanks")).length;
      const source = new FileSource();
      await source.makeText(10, 0);
      const before = loaded();
      await source.countTokens("now");
      process.stdout.write(before + " then " + loaded());`;
    const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
    expect(await new Response(child.stdout).text()).toBe("0 then 1");
  });
});
