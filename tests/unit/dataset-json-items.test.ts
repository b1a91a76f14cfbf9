import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { UserError } from "../../src/config/user-error.ts";
import { readItems } from "../../src/dataset/json-items.ts";
import { JsonListSplitter } from "../../src/dataset/json-list.ts";

const folder = mkdtempSync(join(tmpdir(), "plumb-items-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, data: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, data);
  return path;
}

async function values(path: string): Promise<unknown[]> {
  return (await Array.fromAsync(readItems(path))).map(({ value }) => value);
}

/** Items of a text that comes in pieces of so many characters; null: it is no list. */
function splitIn(text: string, sizes: number[]): string[] | null {
  const splitter = new JsonListSplitter();
  const items: string[] = [];
  for (let at = 0, piece = 0; at < text.length; piece++) {
    const size = sizes[piece % sizes.length]!;
    items.push(...splitter.split(text.slice(at, at + size)));
    at += size;
  }
  return splitter.fault === null && splitter.ended ? items : null;
}

describe("JsonListSplitter", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });

  test("any list, in any pieces, comes out as its items", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), sizes, fc.constantFrom(0, 2), (list, pieces, indent) => {
        const items = splitIn(JSON.stringify(list, null, indent), pieces);
        expect(items?.map((item) => JSON.parse(item) as unknown)).toEqual(JSON.parse(JSON.stringify(list)));
      }),
    );
  });

  test("no text is taken for a list that JSON does not take for one, or for another list", () => {
    const text = fc.array(fc.constantFrom("[", "]", "{", "}", ",", ":", '"', "\\", " ", "1", "null", "x", '"a"'), {
      maxLength: 12,
    });
    const parsed = (json: string): unknown => {
      try {
        return JSON.parse(json) as unknown;
      } catch {
        return undefined;
      }
    };
    fc.assert(
      fc.property(text, sizes, (parts, pieces) => {
        const json = `[${parts.join("")}`;
        const items = splitIn(json, pieces)?.map(parsed);
        expect(items?.includes(undefined) ? undefined : items).toEqual(parsed(json) as undefined);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("readItems", () => {
  test("the items of a list, and where each stands", async () => {
    const path = file("list.json", '\uFEFF [\n {"a": "x,]}\\""},\n [1, [2]], "中",\nnull ]\n');
    expect(await Array.fromAsync(readItems(path))).toEqual([
      { value: { a: 'x,]}"' }, where: `${path} (item 1)` },
      { value: [1, [2]], where: `${path} (item 2)` },
      { value: "中", where: `${path} (item 3)` },
      { value: null, where: `${path} (item 4)` },
    ]);
  });

  test("the value of each line, empty ones passed over but counted", async () => {
    const path = file("lines.jsonl", '{"a":1}\r\n\n"b"\n  [3]');
    expect(await Array.fromAsync(readItems(path))).toEqual([
      { value: { a: 1 }, where: `${path}:1` },
      { value: "b", where: `${path}:3` },
      { value: [3], where: `${path}:4` },
    ]);
  });

  test("compressed files, empty ones and empty lists", async () => {
    expect(await values(file("list.json.gz", Bun.gzipSync('[1,"\\u00e9"]')))).toEqual([1, "é"]);
    expect(await values(file("empty.jsonl", ""))).toEqual([]);
    expect(await values(file("none.json", " [ ] "))).toEqual([]);
  });

  test("items that are larger than what is read at once", async () => {
    const list = Array.from({ length: 5 }, (_, index) => ({ text: `${"é\\".repeat(200_000)}${index}` }));
    expect(await values(file("large.json", JSON.stringify(list)))).toEqual(list);
  });

  test.each([
    ['{"a":1}\n{"a":', ":2 is not JSON: "],
    ["[1, 2", " is not a JSON list: it ends in the middle of its list"],
    ['["cut', " is not a JSON list: it ends in the middle of its list"],
    ["[1] [2]", " is not a JSON list: it goes on behind the list's end"],
    ["[1], 2", " is not a JSON list: it goes on behind the list's end"],
    ["[1,,2]", " is not a JSON list: it has a comma without an item"],
    ["[1,]", " is not a JSON list: it has a comma without an item"],
    ["[1}", " is not a JSON list: it has a brace that nothing has opened"],
    ["[1, tru, 3]", " (item 2) is not JSON: "],
  ])("%j is refused by file and place", async (text, message) => {
    const path = file("broken.json", text);
    const error = await values(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toStartWith(path + message);
  });

  test("a file that is not there", async () => {
    await expect(values(join(folder, "none"))).rejects.toThrow("there is no such file");
  });
});
