import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plumbTypes } from "../../scripts/plumb-types.ts";
import { STARTER_KINDS, writeStarter } from "../../src/registry/starter.ts";

const ROOT = join(import.meta.dir, "../..");
const BASE = mkdtempSync(join(tmpdir(), "plumb-starter-"));
afterAll(() => rmSync(BASE, { recursive: true, force: true }));

/** What the compiler says of a folder, which has no node_modules above it; empty: nothing. */
async function complaints(folder: string): Promise<string> {
  const child = Bun.spawn([join(ROOT, "node_modules/.bin/tsc"), "-p", folder], { stdout: "pipe", stderr: "ignore" });
  return child.stdout.text();
}

describe("writeStarter", () => {
  test("everything it writes passes the compiler offline, and a wrong plugin does not", async () => {
    for (const kind of STARTER_KINDS) writeStarter(kind, `my-${kind}`, BASE);
    expect(await complaints(BASE)).toBe("");
    const wrong =
      'import { defineApi } from "plumb";\nexport default defineApi({ name: 5, buildRequest: () => null });\n';
    writeFileSync(join(BASE, "wrong.ts"), wrong);
    expect(await complaints(BASE)).toContain("wrong.ts(2,");
  });

  test("never overwrites what is the user's, and renews its own types", () => {
    const folder = join(BASE, "again");
    writeStarter("api", "mine", folder);
    writeFileSync(join(folder, "tsconfig.json"), "{}");
    writeFileSync(join(folder, "plumb.d.ts"), `/** The module "plumb" 0.0.1 */`);
    expect(() => writeStarter("dataset", "mine", folder)).toThrow(/mine\.ts exists already/);
    const { written, kept } = writeStarter("dataset", "other", folder);
    expect(written).toEqual(["other.ts", "plumb.d.ts"]);
    expect(kept).toEqual(["tsconfig.json"]);
    expect(readFileSync(join(folder, "tsconfig.json"), "utf8")).toBe("{}");
    writeFileSync(join(folder, "plumb.d.ts"), "// the user's");
    expect(writeStarter("script", "third", folder).kept).toContain("plumb.d.ts");
  });

  test.each(["../up", "a b", "", "1st", "x.ts"])("%j is no name", (name) => {
    expect(() => writeStarter("api", name, BASE)).toThrow(/is no name/);
  });
});

test("the embedded types are those of src/contract: `node scripts/bun.mjs scripts/plumb-types.ts` writes them", async () => {
  expect(readFileSync(join(ROOT, "src/registry/starter/plumb.d.ts.txt"), "utf8")).toBe(await plumbTypes());
});
