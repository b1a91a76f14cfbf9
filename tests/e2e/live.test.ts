import { afterAll, describe, expect, test } from "bun:test";
import { eventually } from "./eventually.ts";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { HAS_TMUX, Terminal } from "./terminal.ts";

const mock = HAS_TMUX ? await Mock.start("--ttft", "40-80", "--itl", "5", "--tokens", "10-20") : null;
afterAll(() => mock?.[Symbol.dispose]());
const LOAD = ["--model", "mock", "--no-test-connection", "--parallel", "4"];

describe.skipIf(mock === null)("on a terminal", () => {
  test.each([
    { columns: 80, rows: 24 },
    { columns: 40, rows: 24 },
  ])("of %o: a panel while it runs, then the report and no debris", async (size) => {
    using workspace = new Workspace();
    const args = ["run", "--url", mock!.url, ...LOAD, "--number", "150"];
    using terminal = new Terminal(workspace, size, args);
    let panel: string[] = [];
    await eventually("the panel", () => {
      panel = terminal.screen().filter((line) => line !== "");
      return panel.some((line) => line.startsWith("plumb ")) && panel.some((line) => line.startsWith("latency"));
    });
    expect(panel[0]).toMatch(/^[█░]+ \d+% +\d+\/\d+/);
    expect(panel[1]).toMatch(/^\d in flight/);
    const waits =
      size.columns < 60 ? /^TTFT p50 \d+ ms {2}p99 \d+ ms$/ : /^TTFT +p50 +\d+ ms [ ▁-█]+ p99 +\d+ ms [ ▁-█]+$/;
    expect(panel.find((line) => line.startsWith("TTFT"))).toMatch(waits);
    expect(panel.at(-1)).toMatch(/^plumb .*\d+% of a core,? +loop lag [\d.]+ ms$/);
    expect(panel.every((line) => Bun.stringWidth(line) < size.columns)).toBe(true);
    expect(terminal.cursorIsShown()).toBe(false);

    await eventually("the end", () => terminal.exitCode() !== null);
    expect(terminal.cursorIsShown()).toBe(true);
    const [folder] = workspace.runs();
    const printed = terminal.everything();
    // The report again, in as wide a terminal: a narrow one has a table of its own.
    using other = new Workspace();
    using again = new Terminal(other, size, ["report", workspace.join(`${folder}/benchmark_data.db`)]);
    await eventually("the report", () => again.exitCode() !== null);
    const [mine, its] = [printed, again.everything()].map((text) => text.replace(/^ +file .*$/m, ""));
    expect(mine).toBe(its!);
    expect(printed).toMatch(size.columns < 65 ? /^ +TTFT p99 +[\d.,]+ ms(?: +\(.+\))?$/m : /^ +TTFT +ms /m);
  });

  test("Ctrl-C: it says that it stops, then the report", async () => {
    using workspace = new Workspace();
    using slow = await Mock.start("--ttft", "1500", "--itl", "5", "--tokens", "5");
    const args = ["run", "--url", slow.url, ...LOAD, "--number", "1000"];
    using terminal = new Terminal(workspace, { columns: 100, rows: 30 }, args);
    await eventually("the load", async () => (await slow.stats()).in_flight === 4);
    terminal.press("C-c");
    await eventually("word of it", () => terminal.screen().some((line) => line.includes("stopping")));
    expect(terminal.screen().join("\n")).toContain("the next Ctrl-C gives");
    await eventually("the end", () => terminal.exitCode() !== null);
    const everything = terminal.everything();
    expect(terminal.exitCode()).toBe(130);
    expect(everything).toMatch(/interrupted[\s\S]*success +100% \(4 of 4\)/);
    expect(everything).not.toContain("stopping");
    expect(terminal.cursorIsShown()).toBe(true);
  });

  test("made narrower and lower while it runs: one panel, then the report and no debris", async () => {
    using workspace = new Workspace();
    const args = ["run", "--url", mock!.url, ...LOAD, "--number", "200"];
    using terminal = new Terminal(workspace, { columns: 100, rows: 30 }, args);
    await eventually("the curves", () => terminal.screen().some((line) => line.startsWith("latency")));
    terminal.resize({ columns: 50, rows: 12 });
    await eventually("a narrow panel", () => terminal.screen().some((line) => line.startsWith("TTFT p50")));
    expect(terminal.screen().filter((line) => line.includes("in flight"))).toHaveLength(1);
    await eventually("the end", () => terminal.exitCode() !== null);
    // tmux puts what it wraps into its scrollback, out of anyone's reach: the screen is what counts.
    expect(terminal.screen().join("\n")).not.toMatch(/in flight {2}|\d left/);
    expect(terminal.cursorIsShown()).toBe(true);
  });

  test("the report in Chinese: by the flag, and by the locale, which the flag overrules", async () => {
    using workspace = new Workspace();
    const { folder } = await workspace.run("--url", mock!.url, ...LOAD, "--number", "30");
    const chinese = await workspace.plumb(["report", folder, "--lang", "zh"]);
    expect(chinese.out).toMatch(/成功 +100% \(30 中的 30\)/);
    const locale = { LC_ALL: "zh_CN.UTF-8" };
    expect((await workspace.plumb(["report", folder], locale)).out).toBe(chinese.out);
    const english = await workspace.plumb(["report", folder, "--lang", "en"], locale);
    expect(english.out).toMatch(/success +100% \(30 of 30\)/);
  });

  test("a mistake leaves its one line", async () => {
    using workspace = new Workspace();
    using terminal = new Terminal(workspace, { columns: 100, rows: 24 }, ["run", "--url", mock!.url, "--paralel", "2"]);
    await eventually("the end", () => terminal.exitCode() !== null);
    expect(terminal.everything()).toMatch(/^plumb: .*did you mean --parallel[^\n]*\nEXIT=2$/);
  });
});

test("elsewhere: plain lines on stderr, a first one within seconds, and no escape sequence", async () => {
  using slow = await Mock.start("--ttft", "100", "--itl", "1", "--tokens", "3");
  using workspace = new Workspace();
  const run = workspace.start([
    "run",
    "--url",
    slow.url,
    "--model",
    "mock",
    "--no-test-connection",
    "--number",
    "1000",
  ]);
  await eventually("a line", () => run.err.includes("\n"));
  expect(run.running).toBe(true);
  expect(run.err).toMatch(/^\d+s: \d+\/1,?000 requests \(\d+%\); 1 in flight; [\d.]+ req\/s, .*; TTFT p50 \d+ ms/);
  run.interrupt();
  const { out, err } = await run.ended;
  expect(out + err).not.toContain("\x1b");
  for (const line of err.trimEnd().split("\n")) expect(line).toMatch(/^\d+s: .*requests/);
});

test("plumb demo: a whole run without a word of configuration", async () => {
  using workspace = new Workspace();
  const { out, err, code } = await workspace.plumb(["demo", "--number", "12", "--parallel", "6"]);
  expect(code).toBe(0);
  expect(out).toMatch(/success +100% \(12 of 12\)/);
  const [folder] = workspace.runs();
  expect(out).toContain(`${folder}/benchmark_data.db`);
  expect(err).toMatch(/^plumb run --url http:\/\/127\.0\.0\.1:\d+\/v1 /);
});
