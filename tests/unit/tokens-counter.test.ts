import { describe, expect, test } from "bun:test";
import { loadTokenizer } from "../../src/tokens/counter.ts";
import { makeText } from "../../src/tokens/made-text.ts";

describe("loadTokenizer", () => {
  test("loads once", async () => expect(await loadTokenizer()).toBe(await loadTokenizer()));

  test("counts made text as what it was made for", async () => {
    const tokenizer = await loadTokenizer();
    expect(tokenizer.count("")).toBe(0);
    expect(tokenizer.count("Hello, world!")).toBe(4);
    expect(tokenizer.count(makeText(321, 9))).toBe(321);
  });

  test("no vocabulary comes into this thread: made text needs none, and counting is done in another", async () => {
    const script = `
      const { FileSource } = await import("${import.meta.dir}/../../src/dataset/source.ts");
      const loaded = () => Object.keys(require.cache).filter((path) => path.includes("bpeRanks")).length;
      const source = new FileSource();
      await source.makeText(10, 0);
      const before = loaded();
      await source.countTokens("now");
      process.stdout.write(before + " then " + loaded());`;
    const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
    expect(await new Response(child.stdout).text()).toBe("0 then 0");
  }, 30_000);
});
