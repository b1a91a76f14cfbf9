import { describe, expect, test } from "bun:test";
import { violationsIn } from "../../scripts/check/imports.ts";

/** Line and specifier of every violation. */
function found(file: string, source: string): string[] {
  return violationsIn(file, source).map(({ line, specifier }) => `${line} ${specifier}`);
}

describe("what counts as an import", () => {
  const rules = [{ from: ["src/a/"], never: ["src/b/"], because: "a does not know b" }];
  const lines = (source: string) => violationsIn("src/a/x.ts", source, rules).map(({ line }) => line);

  test.each([
    ["a value", `import { b } from "../b/b.ts";\nb();`],
    ["a default and a name", `import one, { two } from "../b/b.ts";\none(two);`],
    ["a namespace", `import * as b from "../b/b.ts";\nb.b();`],
    ["a name that is used as a type only", `import { B } from "../b/b.ts";\nlet b: B;`],
    ["a type", `import type { B } from "../b/b.ts";\nlet b: B;`],
    ["a type beside values", `import { type B, b } from "../b/b.ts";\nb();`],
    ["a side effect", `import "../b/b.ts";`],
    ["a re-export", `export { b } from "../b/b.ts";`],
    ["a re-export of all", `export * from "../b/b.ts";`],
    ["a re-export of types", `export type * from "../b/b.ts";`],
    ["a dynamic import", `await import("../b/b.ts");`],
    ["a type by import()", `let b: import("../b/b.ts").B;`],
    ["a require", `require("../b/b.ts");`],
    ["text that is imported", `import text from "../b/b.txt" with { type: "text" };\ntext.at(0);`],
    ["a detour", `import { b } from "../../src/a/../b/b.ts";\nb();`],
  ])("%s", (_, source) => {
    expect(lines(source)).toEqual([1]);
  });

  test("the line is the statement's first, also over several lines", () => {
    expect(lines(`// first\n\nimport {\n  one,\n  two,\n} from "../b/b.ts";\none(two);`)).toEqual([3]);
  });

  test("each of several is reported", () => {
    const source = `import { a } from "./a.ts";\nimport { b } from "../b/b.ts";\nimport type { C } from "../b/c.ts";\n`;
    expect(lines(source)).toEqual([2, 3]);
  });

  test("comments and near names are not imports", () => {
    expect(lines(`/**\nimport { b } from "../b/b.ts";\n*/\n// import "../b/b.ts";\n`)).toEqual([]);
    expect(lines(`import { b } from "../bb/b.ts";\nb();`)).toEqual([]);
    expect(lines(`import { b } from "./b/b.ts";\nb();`)).toEqual([]);
  });
});

describe("types that are shared", () => {
  test("their types are free, their values are not", () => {
    expect(found("src/load/x.ts", `import type { Outcome } from "../record/outcome.ts";`)).toEqual([]);
    expect(found("src/load/x.ts", `import { type Outcome, type Phase } from "../record/outcome.ts";`)).toEqual([]);
    expect(found("src/load/x.ts", `import { type Outcome, x } from "../record/outcome.ts";\nx();`)).toHaveLength(1);
    expect(found("src/load/x.ts", `import type from "../record/outcome.ts";\ntype();`)).toHaveLength(1);
    expect(found("src/load/x.ts", `import type { Writer } from "../record/writer.ts";`)).toHaveLength(1);
  });
});

describe("the rules", () => {
  const imports = (file: string, target: string) => found(file, `import { x } from "${target}";\nx();`).length > 0;

  test.each([
    ["src/contract/a.ts", "../config/run-config.ts"],
    ["src/contract/a.ts", "node:fs"],
    ["plugins/api/a.ts", "../../src/contract/index.ts"],
    ["plugins/api/a.ts", "eventsource-parser"],
    ["src/engine/a.ts", "../../plugins/api/openai.ts"],
    ["src/load/a.ts", "../transport/fetch.ts"],
    ["src/record/a.ts", "../registry/registry.ts"],
    ["src/record/a.ts", "../contract/api.ts"],
    ["src/metrics/a.ts", "../record/schema.ts"],
    ["src/report/a.ts", "../record/level-record.ts"],
    ["src/run/a.ts", "../live/live-view.ts"],
    ["src/run/a.ts", "../cli/run.ts"],
    ["src/run/a.ts", "../report/report.ts"],
    ["src/live/a.ts", "../cli/run.ts"],
    ["src/engine/a.ts", "../record/writer.ts"],
    ["src/engine/a.ts", "../tokens/counter.ts"],
    ["src/mock/a.ts", "../engine/clock.ts"],
    ["src/mock/a.ts", "citty"],
  ])("%s must not import %s", (file, target) => {
    expect(imports(file, target)).toBe(true);
  });

  test.each([
    ["src/contract/a.ts", "./params.ts"],
    ["plugins/api/a.ts", "plumb"],
    ["plugins/dataset/a.ts", "./as-input.ts"],
    ["src/registry/a.ts", "../../plugins/api/openai.ts"],
    ["src/metrics/a.ts", "../record/reader.ts"],
    ["src/main.ts", "./cli/main.ts"],
    ["src/cli/a.ts", "../live/live-view.ts"],
    ["src/run/a.ts", "../record/writer.ts"],
    ["src/engine/a.ts", "../transport/fetch.ts"],
    ["src/mock/a.ts", "../config/user-error.ts"],
    ["src/mock/a.ts", "node:net"],
  ])("%s may import %s", (file, target) => {
    expect(imports(file, target)).toBe(false);
  });

  test("a violation says where and why", () => {
    expect(violationsIn("src/load/a.ts", `\nimport { x } from "../transport/fetch.ts";\nx();`)).toEqual([
      {
        file: "src/load/a.ts",
        line: 2,
        specifier: "../transport/fetch.ts",
        because: "the load does not know how requests travel or are kept",
      },
    ]);
  });
});
