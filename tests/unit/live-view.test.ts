import { describe, expect, test } from "bun:test";
import { LiveView } from "../../src/live/live-view.ts";
import type { Progress } from "../../src/live/progress.ts";

const progress: Progress = {
  total: 100,
  timeShare: null,
  done: 40,
  ended: 40,
  conversations: false,
  failed: 1,
  apart: 0,
  inFlight: 8,
  outputTokens: 4000,
  errors: new Map([["reset", 1]]),
  elapsedS: 10,
  ttftP50: 120,
  ttftP99: 840,
  level: 0,
  levels: 1,
  levelLabel: "parallel 8",
  stopping: false,
  recent: { requestsPerS: [], outputTokensPerS: [], ttft: null, tpot: null, latency: null },
  client: null,
};
const environment = { LANG: "C" };

/** As much of a terminal as the panel needs: rows of text, a cursor, and what it wrote. */
class Terminal {
  isTTY = true;
  screen: string[] = [""];
  row = 0;
  column = 0;
  cursorShown = true;
  writes: string[] = [];
  constructor(public columns = 80) {}

  write(text: string): void {
    this.writes.push(text);
    for (const [token] of text.matchAll(/\x1b\[[?\d;]*[A-Za-z]|[\s\S]/g)) this.#take(token);
    // A blank row below the cursor looks like none.
    while (this.screen.length > this.row + 1 && this.screen.at(-1) === "") this.screen.pop();
  }

  #take(token: string): void {
    const line = this.screen[this.row] ?? "";
    if (token === "\r") this.column = 0;
    else if (token === "\n") {
      this.row += 1;
      this.column = 0;
      this.screen[this.row] ??= "";
    } else if (token === "\x1b[K") this.screen[this.row] = line.slice(0, this.column);
    else if (token === "\x1b[J") {
      this.screen[this.row] = line.slice(0, this.column);
      this.screen.length = this.row + 1;
    } else if (token === "\x1b[?25l") this.cursorShown = false;
    else if (token === "\x1b[?25h") this.cursorShown = true;
    else if (token.endsWith("A")) this.row -= Number(token.slice(2, -1));
    else if (token.startsWith("\x1b")) throw new Error(`unexpected ${JSON.stringify(token)}`);
    else {
      this.screen[this.row] = line.slice(0, this.column).padEnd(this.column) + token + line.slice(this.column + 1);
      this.column += 1;
    }
  }

  /** What a terminal does when it gets narrower: lines that do not fit take several rows. */
  narrow(columns: number): void {
    const wrapped = this.screen.map((line) => line.match(new RegExp(`.{1,${columns}}`, "g")) ?? [""]);
    this.row = wrapped.slice(0, this.row).flat().length;
    this.screen = wrapped.flat();
    this.columns = columns;
  }
}

describe("on a terminal", () => {
  test("the panel is drawn in place and nothing of it remains", async () => {
    const terminal = new Terminal();
    terminal.write("before\n");
    const view = new LiveView(terminal, { color: false, plainEveryS: 60, environment });
    view.update(progress);
    expect(terminal.screen).toHaveLength(5);
    expect(terminal.cursorShown).toBe(false);
    await Bun.sleep(150);
    view.update({ ...progress, done: 41, failed: 0, errors: new Map() });
    expect(terminal.screen).toHaveLength(4);
    expect(terminal.screen[1]).toContain("41/100");
    view.finish();
    expect(terminal.screen).toEqual(["before", ""]);
    expect([terminal.row, terminal.column, terminal.cursorShown]).toEqual([1, 0, true]);
  });

  test("updates are gathered: the first is drawn at once, the last of a burst a little later", async () => {
    const terminal = new Terminal();
    const view = new LiveView(terminal, { color: false, plainEveryS: 60, environment });
    for (let done = 0; done < 1000; done++) view.update({ ...progress, total: 1000, done });
    expect(terminal.writes.length).toBeLessThan(20);
    await Bun.sleep(400);
    expect(terminal.screen[0]).toContain("999/1,000");
    view.finish();
  });

  test("no more than ten draws a second, however many updates", async () => {
    const terminal = new Terminal();
    const view = new LiveView(terminal, { color: false, plainEveryS: 60, environment });
    const start = performance.now();
    while (performance.now() - start < 500) {
      view.update(progress);
      await Bun.sleep(5);
    }
    const tenths = (performance.now() - start) / 100;
    expect(terminal.writes.length).toBeLessThanOrEqual(Math.ceil(tenths) + 1);
    expect(terminal.writes.length).toBeGreaterThan(1);
    view.finish();
  });

  test("a terminal that gets narrower keeps no rows of the old panel", async () => {
    const terminal = new Terminal(80);
    terminal.write("before\n");
    const view = new LiveView(terminal, { color: false, plainEveryS: 60, environment });
    view.update(progress);
    terminal.narrow(30);
    expect(terminal.screen.length).toBeGreaterThan(6);
    await Bun.sleep(150);
    view.update(progress);
    expect(terminal.screen).toHaveLength(4);
    expect(terminal.screen[0]).toBe("before");
    for (const row of terminal.screen) expect(row.length).toBeLessThan(30);
    view.finish();
    expect(terminal.screen).toEqual(["before", ""]);
  });

  test("a message goes above the panel", () => {
    const terminal = new Terminal();
    const view = new LiveView(terminal, { color: false, plainEveryS: 60, environment });
    view.update(progress);
    view.print("warning: the server is slow");
    expect(terminal.screen[0]).toBe("warning: the server is slow");
    expect(terminal.screen[1]).toContain("40/100");
    view.finish();
    expect(terminal.screen).toEqual(["warning: the server is slow", ""]);
  });

  test("after the end nothing is drawn and no hook of the process is kept", async () => {
    const hooks = () => process.listenerCount("exit") + process.listenerCount("uncaughtExceptionMonitor");
    const before = hooks();
    const terminal = new Terminal();
    const view = new LiveView(terminal, { color: false, plainEveryS: 60, environment });
    view.update(progress);
    expect(hooks()).toBe(before + 2);
    view.update(progress);
    view.finish();
    view.update(progress);
    view.finish();
    const writes = terminal.writes.length;
    await Bun.sleep(250);
    expect(terminal.writes.length).toBe(writes);
    expect(hooks()).toBe(before);
  });

  test("colours are there when they are wanted, and not against NO_COLOR", () => {
    const written = (color: boolean, extra: Record<string, string>) => {
      const writes: string[] = [];
      const stream = { isTTY: true, write: (text: string) => writes.push(text) };
      const view = new LiveView(stream, { color, plainEveryS: 60, environment: { ...environment, ...extra } });
      view.update(progress);
      view.finish();
      return writes.join("");
    };
    expect(written(true, {})).toContain("\x1b[31m1 failed");
    expect(written(true, { NO_COLOR: "1" })).not.toMatch(/\x1b\[\d+m/);
    expect(written(false, {})).not.toMatch(/\x1b\[\d+m/);
    expect(written(false, { LANG: "en_US.UTF-8" })).toContain("█");
  });
});

describe("without a terminal", () => {
  const lines = (writes: string[]) => writes.join("").split("\n").slice(0, -1);

  test("a line every so often and the last state at the end, no control characters", async () => {
    const writes: string[] = [];
    const view = new LiveView({ write: (text) => writes.push(text) }, { color: true, plainEveryS: 0.3, environment });
    view.update(progress);
    expect(writes).toEqual([]);
    await Bun.sleep(600);
    expect(lines(writes)).toHaveLength(1);
    view.update({ ...progress, done: 100 });
    view.finish();
    expect(lines(writes).at(-1)).toContain("100/100 requests (100%)");
    expect(writes.join("")).not.toContain("\x1b");
  });

  test("a run that is being stopped says so at once, and once", () => {
    const writes: string[] = [];
    const view = new LiveView({ write: (text) => writes.push(text) }, { color: true, plainEveryS: 60, environment });
    view.update(progress);
    view.update({ ...progress, stopping: true });
    view.update({ ...progress, stopping: true, done: 41 });
    expect(lines(writes)).toHaveLength(1);
    expect(writes[0]).toContain("the next Ctrl-C gives that up");
    view.finish();
  });

  test("TERM=dumb is no terminal", () => {
    const terminal = new Terminal();
    const view = new LiveView(terminal, { color: true, plainEveryS: 60, environment: { TERM: "dumb" } });
    view.update(progress);
    view.finish();
    expect(terminal.writes).toHaveLength(1);
    expect(terminal.writes[0]).not.toContain("\x1b");
  });

  test("CI is no terminal, whatever it says of itself", () => {
    for (const [CI, drawn] of [
      ["true", false],
      ["false", true],
      ["", true],
    ] as const) {
      const terminal = new Terminal();
      const view = new LiveView(terminal, { color: false, plainEveryS: 60, environment: { ...environment, CI } });
      view.update(progress);
      view.finish();
      expect(terminal.writes.join("").includes("\x1b[?25l")).toBe(drawn);
    }
  });

  test("a view that was never updated says nothing", () => {
    const writes: string[] = [];
    new LiveView({ write: (text) => writes.push(text) }, { color: true, plainEveryS: 60, environment }).finish();
    expect(writes).toEqual([]);
  });
});
