import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { discoverPlugins } from "../../src/registry/discover.ts";

const BASE = realpathSync(mkdtempSync(join(tmpdir(), "plumb-discover-")));
afterAll(() => rmSync(BASE, { recursive: true, force: true }));

let count = 0;
/** A fresh folder with files in it, which only this user may write. */
function folder(...names: string[]): string {
  const path = join(BASE, `folder-${count++}`);
  mkdirSync(path, { mode: 0o755 });
  for (const name of names) writeFileSync(join(path, name), "export default 1;\n", { mode: 0o644 });
  return path;
}

describe("discoverPlugins", () => {
  test("takes .ts, .js and .mts files, and neither neighbours, declarations, hidden files nor subfolders", () => {
    const path = folder(
      "b.ts",
      "a.js",
      "c.mts",
      "_shared.ts",
      "plumb.d.ts",
      "x.d.mts",
      ".hidden.ts",
      "d.json",
      "e.cjs",
    );
    mkdirSync(join(path, "sub.ts"));
    writeFileSync(join(path, "sub.ts", "f.ts"), "");
    const { files, warnings } = discoverPlugins([], [path]);
    expect(files).toEqual(["a.js", "b.ts", "c.mts"].map((name) => join(path, name)));
    expect(warnings).toEqual([]);
  });

  test("a standing folder that is not there is no matter", () => {
    expect(discoverPlugins([], [join(BASE, "nowhere")])).toEqual({ files: [], warnings: [] });
  });

  test.each([
    ["the folder", "."],
    ["a plugin", "a.ts"],
    ["a neighbour", "_shared.ts"],
    ["a file below", "lib/deep.json"],
  ])("others may write to %s: all of it is left out, with one line that says what to do", (_, writable) => {
    const path = folder("a.ts", "b.ts", "_shared.ts");
    mkdirSync(join(path, "lib"));
    writeFileSync(join(path, "lib/deep.json"), "{}");
    chmodSync(join(path, writable), 0o777);
    const { files, warnings } = discoverPlugins([], [path]);
    expect(files).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(join(path, writable));
    expect(warnings[0]).toContain("chmod go-w");
    expect(warnings[0]).toContain("--plugins");
  });

  test("a link counts as what it leads to", () => {
    const elsewhere = folder("real.ts");
    const path = folder("a.ts");
    symlinkSync(join(elsewhere, "real.ts"), join(path, "link.ts"));
    symlinkSync(join(path, "nothing"), join(path, "broken"));
    symlinkSync(path, join(path, "loop"));
    expect(discoverPlugins([], [path]).files).toEqual([join(path, "a.ts"), join(elsewhere, "real.ts")]);
    chmodSync(join(elsewhere, "real.ts"), 0o666);
    expect(discoverPlugins([], [path]).files).toEqual([]);
  });

  test("what was named is taken whoever may write to it, and each file once", () => {
    const path = folder("a.ts", "b.ts");
    chmodSync(path, 0o777);
    expect(discoverPlugins([join(path, "b.ts"), path], []).files).toEqual([join(path, "b.ts"), join(path, "a.ts")]);
  });

  test("what was named and is no plugin is an error, all of them at once", () => {
    const empty = folder("_only.ts", "notes.md");
    const named = [join(BASE, "nowhere"), empty, join(empty, "notes.md")];
    expect(() => discoverPlugins(named, [])).toThrow(
      [
        `--plugins: no such file or folder: ${named[0]}`,
        `--plugins: ${empty} holds no .ts, .js or .mts file`,
        `--plugins: ${named[2]} is no .ts, .js or .mts file`,
      ].join("\n"),
    );
  });
});
