import { afterEach, describe, expect, test } from "bun:test";
import { log } from "../../src/contract/log.ts";
import { divertConsole, hearLog, labelVoice, listenToPlugins } from "../../src/registry/plugin-voice.ts";

const heard: [string, string][] = [];
listenToPlugins((level, line) => heard.push([level, line]));
hearLog();
labelVoice(import.meta.path, "speaker");
afterEach(() => heard.splice(0));

describe("what a plugin says", () => {
  test("through log comes out by level, a line each, under its name", () => {
    log.debug("a");
    log.info("two\nlines", { depth: 1 });
    log.warn(new Error("odd").message);
    log.error(5);
    expect(heard).toEqual([
      ["debug", "speaker: a"],
      ["info", "speaker: two"],
      ["info", "speaker: lines { depth: 1 }"],
      ["warn", "speaker: warning: odd"],
      ["error", "speaker: error: 5"],
    ]);
  });

  test("is told by the stack, also from inside what it calls", () => {
    [1, 2].forEach((number) => {
      log.info(number);
    });
    expect(heard.map(([, line]) => line)).toEqual(["speaker: 1", "speaker: 2"]);
  });

  test("with console comes out the same way, and stdout stays empty", () => {
    const before = { ...console };
    const { write } = process.stdout;
    const written: unknown[] = [];
    process.stdout.write = (chunk: unknown) => written.push(chunk) > 0;
    try {
      divertConsole();
      for (const method of ["log", "info", "debug", "dir"] as const) console[method]({ method });
      console.table([{ a: 1 }]);
    } finally {
      process.stdout.write = write;
      Object.assign(console, before);
    }
    expect(written).toEqual([]);
    const lines = heard.map(([, line]) => line);
    expect(lines.slice(0, 4)).toEqual(["log", "info", "debug", "dir"].map((name) => `speaker: { method: '${name}' }`));
    expect(lines.slice(4).join("\n")).toMatch(/^speaker: ┌[\s\S]*│ a │/);
    expect(lines.every((line) => line.startsWith("speaker: "))).toBe(true);
  });
});
