import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import custom from "../../plugins/dataset/custom.ts";
import { firstTokens } from "../../plugins/dataset/first-tokens.ts";
import lineByLine from "../../plugins/dataset/line_by_line.ts";
import openqa from "../../plugins/dataset/openqa.ts";
import { FileSource } from "../../src/dataset/source.ts";
import { makeText } from "../../src/tokens/made-text.ts";
import { dataFile, itemsOf, removeData, user } from "./dataset-fixture.ts";

afterAll(removeData);

const source = new FileSource();
const long = makeText(500, 1);
const short = "Why does bread go stale?";
const datasetPath = dataFile("texts.txt", `${long}\n${short}\n`);

describe("firstTokens", () => {
  test("cuts made text to exactly as many tokens", async () => {
    for (const most of [1, 2, 63, 499, 500, 501]) {
      const { text, tokens } = await firstTokens(long, most, source);
      expect(tokens).toBe(Math.min(most, 500));
      expect(long.startsWith(text)).toBe(true);
      expect(countTokens(text)).toBe(tokens);
    }
  });

  test("of any text gives a whole beginning with no more tokens, and one character more would be too much", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", " the", "中", "😀", "\n", "é", "zq"), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 20 }), async (text, most) => {
        const cut = await firstTokens(text, most, source);
        expect(text.startsWith(cut.text)).toBe(true);
        expect(cut.text.isWellFormed()).toBe(true);
        expect(countTokens(cut.text)).toBeLessThanOrEqual(most);
        if (countTokens(text) <= most) expect(cut.text).toBe(text);
      }),
    );
  });

  test("takes few counts, whatever the length", async () => {
    let counts = 0;
    const counting = {
      countTokens(text: string) {
        counts++;
        return source.countTokens(text);
      },
    } as FileSource;
    await firstTokens(makeText(20_000, 1), 8_192, counting);
    expect(counts).toBeLessThan(12);
  });
});

describe("target_input_len", () => {
  const target_input_len = 40;

  test("cap cuts what is longer and keeps what is shorter", async () => {
    const [first, second] = await itemsOf(custom, {
      datasetPath,
      applyChatTemplate: false,
      datasetArgs: { target_input_len },
    });
    expect(countTokens(first as string)).toBe(40);
    expect(second).toBe(short);
  });

  test("drop leaves out what is shorter; where that is everything it says so", async () => {
    const datasetArgs = { target_input_len, input_len_mode: "drop" };
    expect(await itemsOf(custom, { datasetPath, datasetArgs })).toHaveLength(1);
    const few = itemsOf(custom, { datasetPath, datasetArgs: { ...datasetArgs, target_input_len: 600 } });
    await expect(few).rejects.toThrow("all 2 texts have fewer tokens than target_input_len 600");
  });

  test("is no length for messages and bodies", async () => {
    const lines = dataFile("messages.txt", `text\n${JSON.stringify(user("Hi"))}\n`);
    expect(await itemsOf(lineByLine, { datasetPath: lines })).toHaveLength(2);
    const wanted = itemsOf(lineByLine, { datasetPath: lines, datasetArgs: { target_input_len } });
    await expect(wanted).rejects.toThrow("plain texts alone");
  });

  test.each([0, 1.5, -3])("%d is no number of tokens", async (value) => {
    await expect(itemsOf(openqa, { datasetArgs: { target_input_len: value } })).rejects.toThrow("whole number");
  });
});

describe("prefix_file", () => {
  const prefix_file = dataFile("prefix.txt", "Some background.\nIt goes on for two lines.\n");
  const datasetArgs = { prefix_file, target_input_len: 60 };
  const lengths = (texts: string[]): number => texts.reduce((sum, text) => sum + countTokens(text), 0);

  test("fills up short prompts to the length, as a system message", async () => {
    const [first, second] = (await itemsOf(custom, { datasetPath, datasetArgs })) as {
      role: string;
      content: string;
    }[][];
    expect(first).toHaveLength(1);
    expect(second!.map(({ role }) => role)).toEqual(["system", "user"]);
    expect(second![1]!.content).toBe(short);
    expect(second![0]!.content).toStartWith("Some background.\nIt goes on for two lines.\nSome background.");
    expect(lengths(second!.map(({ content }) => content))).toBe(60);
  });

  test("stands in the prompt for the role user, and where there is no chat template", async () => {
    const asUser = { ...datasetArgs, prefix_role: "user" };
    const [, said] = (await itemsOf(custom, { datasetPath, datasetArgs: asUser })) as { content: string }[][];
    expect(said).toHaveLength(1);
    expect(said![0]!.content).toStartWith("Some background.");
    expect(said![0]!.content).toEndWith(short);
    const [, bare] = await itemsOf(custom, { datasetPath, datasetArgs, applyChatTemplate: false });
    expect(bare).toBe(said![0]!.content);
  });

  test.each([
    [{ prefix_file }, "needs target_input_len"],
    [{ ...datasetArgs, input_len_mode: "drop" }, "input_len_mode drop"],
    [{ ...datasetArgs, prefix_file: dataFile("blank.txt", " \n") }, "has no text"],
    [{ ...datasetArgs, prefix_file: "no-such-file" }, "cannot read no-such-file"],
  ])("%j is refused", async (args, message) => {
    await expect(itemsOf(openqa, { datasetArgs: args })).rejects.toThrow(message);
  });

  test("options may be written as a script writes them", async () => {
    const [first] = await itemsOf(custom, {
      datasetPath,
      datasetArgs: { targetInputLen: 7 },
      applyChatTemplate: false,
    });
    expect(countTokens(first as string)).toBe(7);
  });
});
