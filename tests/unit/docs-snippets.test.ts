import { afterAll, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { writeStarter } from "../../src/registry/starter.ts";

const ROOT = join(import.meta.dir, "../..");
const EXAMPLES = "plugins/examples";
const GUIDES = ["docs/plugins.md", "docs/plugins.zh.md"];
const PAGES = [...GUIDES, "README.md", "README.zh.md"];
const FOLDER = mkdtempSync(join(tmpdir(), "plumb-snippets-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const EXAMPLE_FILES = readdirSync(join(ROOT, EXAMPLES), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => `${EXAMPLES}/${path}`);

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** The TypeScript of a page: the file that each block's first line names (null: none), and the text below it. */
function snippets(page: string): { file: string | null; text: string }[] {
  return Array.from(read(page).matchAll(/^```ts\n([\s\S]*?)^```$/gm), ([, block = ""]) => {
    const [, file = null, text = block] = /^\/\/ (\S+)\n([\s\S]*)$/.exec(block) ?? [];
    return { file, text };
  });
}

describe.each(PAGES)("%s", (page) => {
  const found = snippets(page);

  test("has programs, each of them word for word the file it names", () => {
    expect(found.length).toBeGreaterThan(0);
    for (const { file, text } of found) {
      expect(EXAMPLE_FILES).toContain(file ?? "a block without a file");
      expect(text).toBe(read(file!));
    }
  });

  test("leads nowhere that does not exist", () => {
    const links = Array.from(read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g), ([, link]) => link!);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect([link, existsSync(join(ROOT, dirname(page), link))]).toEqual([link, true]);
  });
});

test.each(GUIDES)("%s shows every example, once", (page) => {
  expect(snippets(page).map(({ file }) => file)).toEqual(expect.arrayContaining(EXAMPLE_FILES));
  expect(snippets(page)).toHaveLength(EXAMPLE_FILES.length);
});

test("the guides show the same in the same order", () => {
  const [english, chinese] = GUIDES.map(snippets);
  expect(chinese).toEqual(english!);
});

test("every example passes the compiler with nothing but what `plumb plugins new` writes", async () => {
  writeStarter("api", "starter", FOLDER);
  for (const file of EXAMPLE_FILES) copyFileSync(join(ROOT, file), join(FOLDER, basename(file)));
  const tsc = Bun.spawn([join(ROOT, "node_modules/.bin/tsc"), "-p", FOLDER], { stdout: "pipe", stderr: "ignore" });
  expect(await tsc.stdout.text()).toBe("");
});
