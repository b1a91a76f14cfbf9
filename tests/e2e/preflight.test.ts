import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { closedPort } from "./closed-port.ts";
import { Mock } from "./mock.ts";
import { type Ended, Workspace } from "./plumb.ts";
import { results } from "./record.ts";
import { ScriptedServer } from "./scripted-server.ts";

const KEY = "sk-right-key";
const mock = await Mock.start("--ttft", "10", "--itl", "1", "--tokens", "3", "--api-key", KEY, "--strict-model");
afterAll(() => mock[Symbol.dispose]());
const RUN = ["run", "--url", mock.url, "--number", "3"];

/** One line on stderr and nothing else anywhere: no results, no files, no trace. */
function expectOneLine(workspace: Workspace, { out, err, code }: Ended, message: RegExp): void {
  expect(err).toMatch(/^plumb: [^\n]+\n$/);
  expect(err).toMatch(message);
  expect({ out, code, runs: workspace.runs() }).toEqual({ out: "", code: 1, runs: [] });
}

describe("the connection test", () => {
  test("is one request that is not recorded; --no-test-connection leaves it out", async () => {
    using workspace = new Workspace();
    const requests = async (...flags: string[]) => {
      await mock.reset();
      const { folder } = await workspace.run(...RUN.slice(1), "--model", "mock", "--api-key", KEY, ...flags);
      expect(results(workspace.join(folder))).toHaveLength(3);
      return (await mock.stats()).requests;
    };
    expect(await requests()).toBe(4);
    expect(await requests("--no-test-connection")).toBe(3);
  });

  test("an unreachable server", async () => {
    using workspace = new Workspace();
    const port = closedPort();
    const ended = await workspace.plumb(["run", "--url", `http://127.0.0.1:${port}`, "--model", "m"]);
    expectOneLine(workspace, ended, new RegExp(`cannot connect to 127\\.0\\.0\\.1:${port} .*--url.*--wait-ready`));
    const asking = await workspace.plumb(["run", "--url", `http://127.0.0.1:${port}`]);
    expectOneLine(workspace, asking, /cannot connect to .*--wait-ready/);
  });

  test("a host that does not exist", async () => {
    using workspace = new Workspace();
    const ended = await workspace.plumb(["run", "--url", "http://nowhere.invalid:8000", "--model", "m"]);
    expectOneLine(workspace, ended, /--url: no such host as nowhere\.invalid/);
  });

  test.each([
    ["no key", []],
    ["a wrong key", ["--api-key", "sk-wrong-key"]],
  ])("401 with %s", async (_, flags) => {
    using workspace = new Workspace();
    const ended = await workspace.plumb([...RUN, "--model", "mock", ...flags]);
    expectOneLine(workspace, ended, /refused the key.*the API key is missing or wrong.*--api-key-file/);
    expect(ended.err).not.toContain("sk-wrong-key");
    expectOneLine(workspace, await workspace.plumb([...RUN, ...flags]), /refused the key/);
  });

  test("a wrong path", async () => {
    using workspace = new Workspace();
    const flags = ["--url", `${mock.url}/chat/compleshuns`, "--model", "mock", "--api-key", KEY];
    const ended = await workspace.plumb([...RUN, ...flags]);
    expectOneLine(workspace, ended, /compleshuns answers HTTP 404.*check the path in --url/);
  });

  test("a wrong model", async () => {
    using workspace = new Workspace();
    const ended = await workspace.plumb([...RUN, "--model", "mokc", "--api-key", KEY]);
    expectOneLine(workspace, ended, /the model "mokc" does not exist.*--model mokc against http:.*\/v1\/models/);
  });

  test("a service that fails", async () => {
    using server = new ScriptedServer({ it: (answer) => answer.whole(500, "text/plain", "no GPU left") });
    using workspace = new Workspace();
    const ended = await workspace.plumb(["run", "--url", server.url("it"), "--model", "m"]);
    expectOneLine(workspace, ended, /the test request to .* failed \(HTTP 500; no GPU left\)/);
  });

  test("a service whose words would fill the screen or steer the terminal", async () => {
    const words = JSON.stringify({ error: { message: `no\r\n GPU\x1b[31m left ${"!".repeat(3000)}` } });
    using server = new ScriptedServer({ it: (answer) => answer.whole(500, "application/json", words) });
    using workspace = new Workspace();
    const ended = await workspace.plumb(["run", "--url", server.url("it"), "--model", "m"]);
    expectOneLine(workspace, ended, /\(HTTP 500; no GPU \[31m left !+…\)/);
    expect(ended.err).not.toContain("\x1b");
    expect(ended.err.length).toBeLessThan(600);
  });

  test("what is no service at all", async () => {
    using server = new ScriptedServer({ it: (answer) => answer.whole(200, "text/html", "<html>hello</html>") });
    using workspace = new Workspace();
    const ended = await workspace.plumb(["run", "--url", server.url("it"), "--model", "m"]);
    expectOneLine(workspace, ended, /the test request to .* failed \(wrong_content_type: .*text\/html/);
    expectOneLine(workspace, await workspace.plumb(["run", "--url", server.url("it")]), /names no model: give --model/);
  });

  test("--debug may show where", async () => {
    using workspace = new Workspace();
    const port = closedPort();
    const ended = await workspace.plumb(["run", "--url", `http://127.0.0.1:${port}`, "--model", "m", "--debug"]);
    expect(ended.err).toMatch(/cannot connect to/);
    expect(ended.err).toMatch(/\n\s+at /);
    expect(ended).toMatchObject({ out: "", code: 1 });
  });
});

describe("--wait-ready", () => {
  test("waits for a server that comes up later", async () => {
    using workspace = new Workspace();
    const port = closedPort();
    const began = performance.now();
    const run = workspace.start(["run", "--url", `http://127.0.0.1:${port}`, "-n", "3", "--wait-ready", "30"]);
    await Bun.sleep(2000);
    expect(run.running).toBe(true);
    const late = workspace.start(["mock", "--port", String(port), "--ttft", "10", "--itl", "1", "--tokens", "3"]);
    const { code } = await run.ended;
    expect(code).toBe(0);
    expect(performance.now() - began).toBeGreaterThan(2000);
    expect(late.running).toBe(true);
    const [folder] = workspace.runs();
    expect(results(workspace.join(folder!)).map((row) => row.success)).toEqual([1, 1, 1]);
  });

  test("waits while the server answers 503, and says what for", async () => {
    let asked = 0;
    using server = new ScriptedServer({
      it: (answer) => {
        if (asked++ < 2) return answer.whole(503, "application/json", '{"error":"loading the model"}');
        const choice = { index: 0, message: { content: "ready" }, finish_reason: "stop" };
        answer.whole(200, "application/json", JSON.stringify({ choices: [choice] }));
      },
    });
    using workspace = new Workspace();
    const flags = ["--url", server.url("it"), "--model", "m", "--number", "1", "--wait-ready", "30"];
    const { err } = await workspace.run(...flags);
    expect(asked).toBe(4);
    expect(err).toMatch(/loading the model.*wait/);
  });

  test("gives up after its time, and at once where waiting cannot help", async () => {
    using workspace = new Workspace();
    const began = performance.now();
    const port = closedPort();
    const away = await workspace.plumb([
      "run",
      "--url",
      `http://127.0.0.1:${port}`,
      "--model",
      "m",
      "--wait-ready",
      "2",
    ]);
    expect(away.code).toBe(1);
    expect(away.err).toMatch(/cannot connect to/);
    expect(performance.now() - began).toBeGreaterThan(900);
    const refused = await workspace.plumb([...RUN, "--model", "mock", "--wait-ready", "600"]);
    expectOneLine(workspace, refused, /refused the key/);
  });
});

test("the key is found in the flag, a file, an env file and the environment, in that order", async () => {
  using workspace = new Workspace();
  writeFileSync(workspace.join("key"), `${KEY}\n`);
  writeFileSync(workspace.join("wrong"), "sk-wrong-key\n");
  writeFileSync(workspace.join("variables.env"), `OPENAI_API_KEY="${KEY}"\n`);
  const wrong = { OPENAI_API_KEY: "sk-wrong-key" };
  const cases: [string[], Record<string, string>][] = [
    [["--api-key", KEY, "--api-key-file", "wrong"], wrong],
    [["--api-key-file", "key"], wrong],
    [[], { PLUMB_API_KEY: KEY, ...wrong }],
    [[], { OPENAI_API_KEY: KEY }],
    [["--env-file", "variables.env"], {}],
    [["--headers", `Authorization=Bearer ${KEY}`], wrong],
  ];
  for (const [flags, env] of cases) {
    const { code, err } = await workspace.plumb([...RUN, ...flags], env);
    expect({ flags, code, err: code === 0 ? "" : err }).toEqual({ flags, code: 0, err: "" });
  }
});
