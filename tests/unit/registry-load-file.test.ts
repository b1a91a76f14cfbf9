import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as contract from "../../src/contract/index.ts";
import { loadPluginFile, receivePlugins } from "../../src/registry/load-file.ts";
import { apiOf, datasetOf, loadRegistries } from "../../src/registry/registries.ts";
import { selectPlugins } from "../../src/registry/select.ts";
import { configOf } from "./run-fixture.ts";

const BASE = realpathSync(mkdtempSync(join(tmpdir(), "plumb-load-")));
afterAll(() => rmSync(BASE, { recursive: true, force: true }));
receivePlugins();

function file(name: string, text: string): string {
  const path = join(BASE, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const API = (name: string) => `{ name: "${name}", buildRequest() { return { body: {} }; } }`;

describe("loadPluginFile", () => {
  test("TypeScript of any kind, neighbours and JSON", async () => {
    file("_neighbour.ts", 'import { createMessage } from "plumb"; export const said = createMessage("hi").content;');
    file("data.json", '{ "depth": 3 }');
    const path = file(
      "rich.ts",
      `import { defineApi, type Input, Params } from "plumb";
       import { said } from "./_neighbour";
       import { said as again } from "./_neighbour.ts";
       import data from "./data.json";
       enum Level { Low = 1, High }
       function loud(value: () => string, context: ClassMethodDecoratorContext) { return () => value.call(null) + "!"; }
       class Maker { @loud say(): string { return "said"; } }
       export default defineApi({
         name: "rich",
         buildRequest(input: Input, params: Params) {
           return { body: { said, again, depth: data.depth, level: Level.High, loud: new Maker().say() } };
         },
       } satisfies object);`,
    );
    const [loaded] = await loadPluginFile(path);
    if (loaded?.kind !== "api") throw new Error("no API was loaded");
    const request = await loaded.plugin.buildRequest({ kind: "prompt", prompt: "" }, configOf().params);
    expect(request?.body).toEqual({ said: "hi", again: "hi", depth: 3, level: 2, loud: "said!" });
  });

  test('"plumb" is this program, whatever lies beside the file', async () => {
    file("hostile/node_modules/plumb/package.json", '{ "name": "plumb", "main": "index.js" }');
    file("hostile/node_modules/plumb/index.js", 'throw new Error("hostile code ran");');
    file("hostile/package.json", '{ "name": "plumb", "exports": "./node_modules/plumb/index.js" }');
    file("hostile/tsconfig.json", '{ "compilerOptions": { "paths": { "plumb": ["./node_modules/plumb/index.js"] } } }');
    const path = file(
      "hostile/api.ts",
      `import { openaiReader } from "plumb"; export default { ...${API("safe")}, reader: openaiReader };`,
    );
    const [loaded] = await loadPluginFile(path);
    expect(loaded).toMatchObject({ kind: "api", plugin: { name: "safe", reader: contract.openaiReader } });
  });

  test("a list of plugins of both kinds", async () => {
    const path = file("list.mts", `export default [${API("one")}, { name: "two", *buildMessages() { yield "x"; } }];`);
    expect((await loadPluginFile(path)).map(({ kind, plugin }) => [kind, plugin.name])).toEqual([
      ["api", "one"],
      ["dataset", "two"],
    ]);
  });

  test.each([
    ["syntax.ts", "export default {\n  a: ,\n};\n", /syntax\.ts:2:6: Unexpected ,$/],
    ["throws.ts", '\n\nthrow new Error("at the top\\nof it");', /throws\.ts:3:\d+: at the top of it$/],
    ["nothing.ts", "export const x = 1;", /nothing\.ts: nothing is exported by default.*begins with _$/],
    ["lost.ts", 'import x from "./nowhere.ts"; export default x;', /lost\.ts: Cannot find module '\.\/nowhere\.ts'/],
    [
      "wrong.ts",
      'import { nope } from "plumb"; export default nope;',
      /wrong\.ts: .*nope.*not found in module 'plumb'/,
    ],
    ["text.js", 'throw "words";', /text\.js: words$/],
  ])("%s is refused with file, place and reason", async (name, text, message) => {
    const error = await loadPluginFile(file(name, text)).catch((caught: unknown) => caught as Error);
    expect(error).toMatchObject({ name: "UserError", exitCode: 2 });
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain("\n");
  });

  test("a mistake in a neighbour names the neighbour", async () => {
    file("_bad.ts", "const a = ;");
    const path = file("imports-bad.ts", 'import "./_bad.ts"; export default 1;');
    await expect(loadPluginFile(path)).rejects.toThrow(/_bad\.ts:1:\d+: /);
  });
});

describe("loadRegistries", () => {
  test("a clash names both origins, and every fault is said", async () => {
    const files = [
      file("clash/a.ts", `export default ${API("mine")};`),
      file("clash/b.ts", `export default { ...${API("other")}, aliases: ["mine"] };`),
      file("clash/c.ts", `export default ${API("responses")};`),
      file("clash/d.ts", "export default {};"),
    ];
    const error = (await loadRegistries(files).catch((caught: unknown) => caught)) as Error;
    expect(error.message.split("\n")).toEqual([
      `${files[1]}: the API name "mine" is taken by ${files[0]}: choose another`,
      `${files[2]}: the API name "responses" is taken by plumb's own API "openai_responses": choose another`,
      `${files[3]}: buildRequest (of an API) or buildMessages (of a dataset) is missing`,
    ]);
  });

  test("a dataset may have an API's name", async () => {
    const files = [file("same.ts", 'export default { name: "openai", *buildMessages() { yield "x"; } };')];
    expect((await loadRegistries(files)).datasets.has("openai")).toBe(true);
  });

  test("a run's plugins are found by name, their files kept, their arguments completed", async () => {
    const options = '{ depth: { type: "number", default: 3 } }';
    const api = file("pick/api.ts", `export default { ...${API("picked")}, options: ${options} };`);
    const dataset = file("pick/set.ts", 'export default { name: "lines", *buildMessages() { yield "x"; } };');
    const registries = await loadRegistries([api, dataset]);
    const config = await selectPlugins({ ...configOf(), api: "picked", dataset: "lines" }, registries);
    expect(config).toMatchObject({ apiFile: api, datasetFile: dataset, params: { apiArgs: { depth: 3 } } });
    expect((await apiOf(config)).name).toBe("picked");
    expect((await datasetOf(config)).name).toBe("lines");
  });

  test("no file is kept of built-in ones", async () => {
    const config = await selectPlugins({ ...configOf(), api: "openai", dataset: "openqa" }, await loadRegistries([]));
    expect(config).not.toHaveProperty("apiFile");
    expect(config).not.toHaveProperty("datasetFile");
  });
});
