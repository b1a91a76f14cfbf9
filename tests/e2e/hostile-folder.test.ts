import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Mock } from "./mock.ts";
import { BINARY, type Ended, Workspace } from "./plumb.ts";
import { delta, finish } from "./scripted-run.ts";
import { ScriptedServer } from "./scripted-server.ts";

/** Every file that runs leaves a file of its own name here. */
const MARKS = mkdtempSync(join(tmpdir(), "plumb-marks-"));
afterAll(() => rmSync(MARKS, { recursive: true, force: true }));

/** Code that shows that it ran, before anything else can stop it. */
function trap(name: string, more = ""): string {
  return `require("node:fs").writeFileSync(${JSON.stringify(join(MARKS, name))}, "ran");\n${more}`;
}

const API = 'module.exports = { default: { name: "openai", buildRequest() {} } };';

/** What a folder may hold that Bun, Node, npm or plumb would take code or settings from. */
const TRAPS: Record<string, string> = {
  "bunfig.toml": `preload = ["./preload.ts"]\nsmol = true\n[run]\npreload = ["./preload.ts"]\n[test]\npreload = ["./preload.ts"]\n`,
  ".bunfig.toml": 'preload = ["./preload.ts"]\n',
  "preload.ts": trap("preload"),
  ".env": "PLUMB_API_KEY=key-from-the-folder\nOPENAI_API_KEY=key-from-the-folder\nHTTP_PROXY=http://127.0.0.1:1\n",
  ".env.local": "PLUMB_API_KEY=key-from-the-folder\nBUN_OPTIONS=--preload ./preload.ts\n",
  ".env.production": "PLUMB_API_KEY=key-from-the-folder\n",
  ".env.development": "PLUMB_API_KEY=key-from-the-folder\n",
  ".npmrc": "node-options=--require=./preload.ts\n",
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      baseUrl: ".",
      paths: { plumb: ["./mapped.ts"], "node:fs": ["./mapped.ts"], "*": ["./mapped.ts"] },
    },
  }),
  "jsconfig.json": '{ "compilerOptions": { "paths": { "plumb": ["./mapped.ts"] } } }',
  "mapped.ts": trap("mapped"),
  "package.json": JSON.stringify({
    name: "plumb",
    type: "commonjs",
    main: "./main.js",
    exports: "./main.js",
    imports: { "#x": "./main.js" },
    scripts: Object.fromEntries(
      ["run", "report", "query", "exec", "mock", "preinstall"].map((name) => [name, "./main.js"]),
    ),
  }),
  "main.js": trap("main"),
  "index.ts": trap("index"),
  "node_modules/plumb/package.json": '{ "name": "plumb", "main": "index.js" }',
  "node_modules/plumb/index.js": trap("node_modules"),
  "node_modules/citty/index.js": trap("citty"),
  "node_modules/.bin/plumb": trap("bin"),
  "plugins/openai.ts": trap("plugins", API),
  "plugins/openqa.js": trap("plugins-js", API),
  ".config/plumb/plugins/x.ts": trap("config", API),
  "plumb/plugins/x.ts": trap("plumb", API),
};

/** A program of the person's own, in a folder of its own. */
const SCRIPT = `
  import { runBenchmark } from "plumb";
  const { summary } = await runBenchmark({ url: process.argv[2]!, model: "m", number: 2, prompt: "x", name: "script" });
  console.log("succeeded", summary.requests?.success);`;

let mock: Mock;
let hostile: Workspace;
let own: Workspace;

beforeAll(async () => {
  mock = await Mock.start("--ttft", "5", "--itl", "1", "--tokens", "4");
  hostile = new Workspace();
  own = new Workspace();
  for (const [path, text] of Object.entries(TRAPS)) {
    mkdirSync(dirname(hostile.join(path)), { recursive: true });
    writeFileSync(hostile.join(path), text, { mode: 0o755 });
  }
  writeFileSync(own.join("script.ts"), SCRIPT);
});
afterAll(() => {
  for (const one of [mock, hostile, own]) one[Symbol.dispose]();
});

/** Runs in the hostile folder: nothing in it may have run. */
async function unmoved(...args: string[]): Promise<Ended> {
  const ended = await hostile.plumb(args);
  expect(readdirSync(MARKS)).toEqual([]);
  expect(ended.out + ended.err).not.toMatch(/preload|mapped|bunfig|key-from-the-folder/);
  return ended;
}

describe("nothing in the working directory is run or read as settings", () => {
  test("a trap is none unless it would show: Bun itself falls into them", async () => {
    const bun = Bun.spawn([process.execPath, "index.ts"], { cwd: hostile.path, stdout: "ignore", stderr: "ignore" });
    await bun.exited;
    const marks = readdirSync(MARKS);
    for (const mark of marks) rmSync(join(MARKS, mark));
    expect(marks).not.toEqual([]);
  });

  test("run, report and query", async () => {
    const flags = ["--url", mock.url, "--model", "m", "--number", "4", "--name", "r", "--no-timestamp"];
    const { code, out } = await unmoved("run", ...flags, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ requests: { success: 4 } });
    expect((await unmoved("report", "outputs/r")).out).toContain("100% (4 of 4)");
    expect((await unmoved("query", "outputs/r", "SELECT count(*) AS n FROM result")).out).toBe("n\n4\n");
  });

  test("no key of its .env files goes out, and no proxy of theirs is taken", async () => {
    const keys: (string | undefined)[] = [];
    using server = new ScriptedServer({
      it: (answer) => {
        keys.push(answer.asked.headers.get("authorization"));
        answer.head();
        answer.event(delta({ content: "one" }));
        answer.event(finish());
        answer.end();
      },
    });
    const flags = ["--url", server.url("it"), "--model", "m", "--number", "2", "--proxy-from-env", "--name", "keys"];
    expect((await unmoved("run", ...flags)).code).toBe(0);
    expect(keys).toEqual([undefined, undefined, undefined]);
  });

  test("exec: the script gets plumb's own module", async () => {
    const { code, out, err } = await unmoved("exec", own.join("script.ts"), mock.url);
    expect({ code, out, err }).toEqual({ code: 0, out: "succeeded 2\n", err: "" });
  });

  test("plugins list, show, new and check", async () => {
    const listed = JSON.parse((await unmoved("plugins", "list", "--json")).out) as { file: string | null }[];
    expect(listed.filter(({ file }) => file !== null)).toEqual([]);
    expect((await unmoved("plugins", "show", "openai")).out).toContain("built in");
    expect((await unmoved("plugins", "new", "api", "mine", "--dir", own.join("made"))).code).toBe(0);
    const { code, out } = await unmoved("plugins", "check", own.join("made/mine.ts"));
    expect(out).toContain("contract: nothing wrong found");
    expect(code).toBe(0);
  });

  test("mock, help and version", async () => {
    const server = hostile.start(["mock", "--port", "0"]);
    while (!server.out.includes("\n") && server.running) await Bun.sleep(10);
    server.signal("SIGTERM");
    expect((await server.ended).out).toMatch(/^plumb mock on http:\/\/127\.0\.0\.1:\d+\/v1\n/);
    expect((await unmoved("--version")).code).toBe(0);
    expect((await unmoved("run", "--help")).code).toBe(0);
    expect(readdirSync(MARKS)).toEqual([]);
  });
});

describe("what the environment says", () => {
  const flags = () => ["run", "--url", mock.url, "--model", "m", "--number", "2", "--api-key", "canary-12345678"];

  test("an engine runs no file of it and prints no request, though Bun would", async () => {
    const env = {
      BUN_OPTIONS: `--preload ${hostile.join("preload.ts")}`,
      BUN_CONFIG_VERBOSE_FETCH: "curl",
      BUN_INSPECT: "127.0.0.1:0",
      NODE_OPTIONS: `--require ${hostile.join("preload.ts")}`,
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
    };
    const counter = own.join("counter.ts");
    // Where it runs, it says in which process: the main one cannot help it.
    writeFileSync(
      counter,
      `require("node:fs").appendFileSync(${JSON.stringify(own.join("ran"))}, process.argv.slice(2, 3) + "\\n");`,
    );
    const { code, out, err } = await own.plumb(flags(), { ...env, BUN_OPTIONS: `--preload ${counter}` });
    expect(code).toBe(0);
    expect(out + err).not.toContain("canary");
    expect(await Bun.file(own.join("ran")).text()).not.toContain("__engine");
  });

  test("a script's own engine prints no request either", async () => {
    const { code, out, err } = await own.plumb(["exec", own.join("script.ts"), mock.url], {
      BUN_CONFIG_VERBOSE_FETCH: "curl",
      PLUMB_API_KEY: "canary-12345678",
    });
    expect(code).toBe(0);
    expect(out + err).not.toContain("canary");
  });

  test("nothing at all is enough to run", async () => {
    using workspace = new Workspace();
    const args = ["run", "--url", mock.url, "--model", "m", "--number", "2", "--outputs-dir", workspace.join("o")];
    const child = Bun.spawn([BINARY, ...args], { env: {}, cwd: workspace.path, stdout: "pipe", stderr: "pipe" });
    const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    expect({ code, err: err.includes("plumb:") }).toEqual({ code: 0, err: false });
    expect(out).toContain("100% (2 of 2)");
  });
});
