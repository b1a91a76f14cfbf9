import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mock } from "./mock.ts";
import { BINARY } from "./plumb.ts";

/** The binary alone in a folder of its own, with a home and a working directory beside it. */
const BASE = mkdtempSync(join(tmpdir(), "plumb-alone-"));
const BIN = join(BASE, "bin");
const HERE = join(BASE, "here");
const HOME = join(BASE, "home");
const PLUGINS = join(BIN, "plugins");

let mock: Mock;
beforeAll(async () => {
  for (const folder of [BIN, HERE, HOME, PLUGINS]) mkdirSync(folder, { mode: 0o755 });
  copyFileSync(BINARY, join(BIN, "plumb"));
  mock = await Mock.start("--ttft", "5", "--itl", "1", "--tokens", "4");
  for (const [path, text] of Object.entries(FILES)) put(path, text);
});
afterAll(() => {
  mock[Symbol.dispose]();
  rmSync(BASE, { recursive: true, force: true });
});

function put(path: string, text: string): string {
  const whole = join(BASE, path);
  mkdirSync(join(whole, ".."), { recursive: true, mode: 0o755 });
  writeFileSync(whole, text, { mode: 0o644 });
  return whole;
}

const HOSTILE = 'throw new Error("HOSTILE CODE RAN");\n';
const HOSTILE_PATHS = '{ "compilerOptions": { "paths": { "plumb": ["./node_modules/plumb/index.js"] } } }';

const FILES: Record<string, string> = {
  "bin/plugins/my-api.ts": `
    import { defineApi, log, type Input, Params } from "plumb";
    import { greet } from "./_greet";
    enum Mode { Loud = 1 }
    console.log("top level", { a: 1 });
    export default defineApi({
      name: "my-api", aliases: ["mine"], endpoint: "chat/completions",
      options: { word: { type: "string", default: "plain", help: "What to say" } },
      buildRequest(input: Input, params: Params) {
        console.log("building"); log.warn("careful", Mode.Loud); log.debug("for --debug");
        process.stdout.write("straight to stdout\\n");
        const messages = [{ role: "user", content: greet(String(params.apiArgs.word)) }];
        return { body: { model: params.model, stream: true, max_tokens: 4, messages } };
      },
    });`,
  "bin/plugins/_greet.ts":
    'import { createMessage } from "plumb"; export const greet = (x: string) => createMessage("hi " + x).content as string;',
  "bin/plugins/node_modules/plumb/package.json": '{ "name": "plumb", "main": "index.js" }',
  "bin/plugins/node_modules/plumb/index.js": HOSTILE,
  "bin/plugins/tsconfig.json": HOSTILE_PATHS,
  "home/.config/plumb/plugins/sets.mts": `
    import { defineDataset } from "plumb";
    export default [
      defineDataset({ name: "greetings", *buildMessages() { console.log("one pass"); yield "hello"; yield "bye"; } }),
      defineDataset({ name: "breaks", *buildMessages() { yield "fine"; throw new Error("row 2 is odd"); } }),
    ];`,
  // Nothing of the working directory may run.
  "here/plugins/evil.ts": HOSTILE,
  "here/evil.ts": HOSTILE,
  "here/bunfig.toml": 'preload = ["./evil.ts"]\n',
  "here/tsconfig.json": HOSTILE_PATHS,
  "here/package.json": '{ "name": "plumb", "exports": "./evil.ts" }',
  "here/node_modules/plumb/index.js": HOSTILE,
};

async function plumb(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const env = { PATH: process.env.PATH ?? "", HOME, TMPDIR: BASE, LANG: "C.UTF-8" };
  const child = Bun.spawn([join(BIN, "plumb"), ...args], {
    cwd: HERE,
    env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect(out + err).not.toContain("HOSTILE");
  return { out, err, code };
}

/** Exit code 2, nothing on stdout, nothing sent. Gives what was said. */
async function refused(...args: string[]): Promise<string> {
  await mock.reset();
  const { out, err, code } = await plumb("run", "--url", mock.url, "--model", "m", "--number", "1", ...args);
  expect({ out, code }).toEqual({ out: "", code: 2 });
  expect((await mock.stats()).requests).toBe(0);
  return err;
}

describe("plugins beside the binary and in the user's configuration", () => {
  test("run, are said to, speak on stderr under their names, and leave stdout to the results", async () => {
    const flags = [
      "--api",
      "mine",
      "--dataset",
      "greetings",
      "--number",
      "3",
      "--api-args",
      '{"word": "you"}',
      "--json",
    ];
    const { out, err, code } = await plumb(
      "run",
      "--url",
      mock.url,
      "--model",
      "m",
      ...flags,
      "--name",
      "r",
      "--no-timestamp",
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ requests: { success: 3, failed: 0 } });
    expect(err).toContain(`plugins: my-api (API) from ${PLUGINS}; greetings (dataset), breaks (dataset) from `);
    expect(err).toContain("plumb: my-api: top level { a: 1 }\n");
    expect(err).toContain("plumb: my-api: building\n");
    expect(err).toContain("plumb: my-api: warning: careful 1\n");
    expect(err).toContain("plumb: sets: one pass\n");
    expect(err).toContain("straight to stdout\n");
    expect(err).not.toContain("for --debug");
    const config = JSON.parse(readFileSync(join(HERE, "outputs/r/config.json"), "utf8"));
    expect(config).toMatchObject({ apiFile: join(PLUGINS, "my-api.ts"), params: { apiArgs: { word: "you" } } });
    const asked = await plumb(
      "query",
      "outputs/r",
      "--json",
      "SELECT json_extract(request, '$.messages[0].content') AS said FROM result",
    );
    expect(JSON.parse(asked.out)).toEqual([{ said: "hi you" }, { said: "hi you" }, { said: "hi you" }]);
  });

  test("--debug shows what they say at level debug", async () => {
    const flags = ["--api", "my-api", "--prompt", "x", "--number", "1", "--debug"];
    expect((await plumb("run", "--url", mock.url, "--model", "m", ...flags)).err).toContain("my-api: for --debug\n");
  });

  test("a dataset that breaks in the middle is named, with the item, and what finished is kept", async () => {
    const { err, code } = await plumb("run", "--url", mock.url, "--model", "m", "--dataset", "breaks", "--number", "5");
    expect(code).toBe(1);
    expect(err).toContain("plumb: dataset breaks failed after item 1: row 2 is odd\n");
  });

  test("are left out with one warning where others may write to them", async () => {
    chmodSync(join(PLUGINS, "_greet.ts"), 0o666);
    const err = await refused("--api", "my-api");
    chmodSync(join(PLUGINS, "_greet.ts"), 0o644);
    expect(err.trimEnd().split("\n")).toHaveLength(2);
    expect(err).toContain(
      `no plugins are loaded from ${PLUGINS}: others may write to ${join(PLUGINS, "_greet.ts")} (chmod go-w`,
    );
    expect(err).toContain("--api my-api: no such API");
  });
});

describe("mistakes, before anything is sent", () => {
  test("wrong arguments name flag, plugin and key", async () => {
    const err = await refused("--api", "my-api", "--api-args", '{"wrd": 1, "word": 2}', "--dataset-args", '{"x": 1}');
    expect(err).toContain('--api-args: my-api: unknown option "wrd": did you mean word?\n');
    expect(err).toContain('--api-args: my-api: "word" must be a string, not a number\n');
    expect(err).toContain('--dataset-args: openqa: unknown option "x": it knows ');
  });

  test.each<[string, string, RegExp]>([
    ["syntax.ts", "export default {\n  a: ,\n};\n", /syntax\.ts:2:6: Unexpected ,$/m],
    ["shape.ts", 'export default { name: "x", reader() {} };', /shape\.ts: buildRequest is missing$/m],
    ["empty.ts", "export const x = 1;", /empty\.ts: nothing is exported by default/],
    ["throws.ts", 'throw new Error("at load");', /throws\.ts:1:\d+: at load$/m],
    [
      "builtin.ts",
      'export default { name: "openai", buildRequest() {} };',
      /builtin\.ts: .*"openai" is taken by plumb's own API/,
    ],
    [
      "clash.ts",
      'export default { name: "my-api", buildRequest() {} };',
      /clash\.ts: .*"my-api" is taken by .*bin\/plugins\/my-api\.ts/,
    ],
    ["lost.ts", 'import "./nowhere"; export default {};', /lost\.ts: Cannot find module '\.\/nowhere'/],
    [
      "waits.ts",
      "await new Promise(() => {}); export default {};",
      /waits\.ts: an await at its top level has not ended within 10 s/,
    ],
  ])("%s is refused", async (name, text, message) => {
    expect(await refused("--plugins", put(`bad/${name}`, text))).toMatch(message);
  });

  test("a path that is not there", async () => {
    expect(await refused("--plugins", "nowhere")).toContain("--plugins: no such file or folder: nowhere");
  });
});

describe("plumb plugins", () => {
  test("new writes files that check finds right, against the mock, with nothing installed", async () => {
    for (const kind of ["api", "dataset"]) {
      const made = await plumb("plugins", "new", kind, `new-${kind}`, "--dir", "made");
      expect(made).toMatchObject({ err: "", code: 0 });
      const { out, code } = await plumb("plugins", "check", `made/new-${kind}.ts`);
      expect(code).toBe(0);
      expect(out).toMatch(
        /contract: nothing wrong found\n {2}sent: \{[^\n]*"model":"mock",[\s\S]*tokens: \d+ of the prompt, \d+ of the reply \(usage\)\n {2}success after \d+ ms\n$/,
      );
    }
    const again = await plumb("plugins", "new", "api", "new-api", "--dir", "made");
    expect(again).toMatchObject({
      code: 2,
      err: "plumb: made/new-api.ts exists already: give another name, or delete it first\n",
    });
  });

  test("check says what is wrong and ends with 1", async () => {
    const wrong = put(
      "bad/wrong-reader.ts",
      `export default {
      name: "wrong-reader", endpoint: "chat/completions",
      buildRequest: (input, params) => ({ body: { model: params.model, stream: true, messages: [{ role: "user", content: "x" }] } }),
      reader: () => ({ event: () => [{ kind: "txt" }], body: () => [] }),
    };`,
    );
    const { out, code } = await plumb("plugins", "check", wrong);
    expect(code).toBe(1);
    expect(out).toMatch(/contract: .*txt/);
    expect(out).toMatch(/failed: plugin: .*txt/);
  });

  test("list and show tell name, kind, origin and options", async () => {
    const listed = JSON.parse((await plumb("plugins", "list", "--json")).out) as unknown[];
    expect(listed).toContainEqual({ name: "my-api", kind: "API", aliases: ["mine"], file: join(PLUGINS, "my-api.ts") });
    expect(listed).toContainEqual({ name: "random", kind: "dataset", aliases: [], file: null });
    const { out } = await plumb("plugins", "show", "mine");
    expect(out).toMatch(/^my-api \(API\)\n/);
    expect(out).toMatch(/word +string +default "plain" +What to say/);
    expect(await plumb("plugins", "show", "nothing")).toMatchObject({ code: 2, out: "" });
  });
});
