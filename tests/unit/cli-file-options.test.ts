import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { configText } from "../../src/cli/config-text.ts";
import { collectOptions } from "../../src/cli/file-options.ts";
import { RUN_FLAGS } from "../../src/cli/run-flags.ts";
import { Mistakes } from "../../src/config/mistakes.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "file-options-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "run.yaml");
  writeFileSync(path, text);
  return path;
}

function read(args: string[]) {
  const mistakes = new Mistakes();
  const reading = collectOptions(args, RUN_FLAGS, mistakes);
  mistakes.throwIfAny();
  return reading;
}

const readFile = (text: string, ...args: string[]) => read(["--config", file(text), ...args]);

function mistakesOf(text: string, ...args: string[]): string[] {
  const mistakes = new Mistakes();
  collectOptions(["--config", file(text), ...args], RUN_FLAGS, mistakes);
  return mistakes.any ? mistakes.asError().message.replaceAll(`${folder}/`, "").split("\n") : [];
}

describe("a configuration file", () => {
  test("holds flags by their names, in kebab-case or camelCase", () => {
    const text = "url: http://h:1\nmax-tokens: [5, 9]\ntopP: 0.5\nstream: false\nstop: END\nread-timeout: none\n";
    const { values, given } = readFile(text);
    expect(values).toMatchObject({
      url: ["http://h:1"],
      maxTokens: [5, 9],
      topP: 0.5,
      stream: false,
      stop: ["END"],
      readTimeout: Number.POSITIVE_INFINITY,
      temperature: 0,
    });
    expect([...given].sort()).toEqual(["config", "maxTokens", "readTimeout", "stop", "stream", "topP", "url"]);
  });

  test("takes a text as it stands: a model called 1.10 is no number", () => {
    expect(readFile('model: 1.10\nname: 007\napi: "10"\n').values).toMatchObject({
      model: ["1.10"],
      name: "007",
      api: "10",
    });
  });

  test("takes objects for what is JSON on the command line, and headers by name", () => {
    const text = "extra-args: {a: {b: [1, x]}}\ndataset-args: '{\"c\": 2}'\nheaders:\n  X-One: a=b\n  X-Two: 2\n";
    expect(readFile(text).values).toMatchObject({
      extraArgs: { a: { b: [1, "x"] } },
      datasetArgs: { c: 2 },
      headers: ["X-One=a=b", "X-Two=2"],
    });
  });

  test("gives way to the command line, option by option, lists too", () => {
    const text = "parallel: [1, 2]\nheaders: [A=1, B=2]\nmodel: one\n";
    const { values } = readFile(text, "--parallel", "7", "--headers", "C=3");
    expect(values).toMatchObject({ parallel: [7], headers: ["C=3"], model: ["one"] });
  });

  test("may be empty, or hold comments alone", () => {
    expect([...readFile("").given]).toEqual(["config"]);
    expect([...readFile("# nothing\n").given]).toEqual(["config"]);
  });

  test("may use anchors", () => {
    expect(readFile("min-prompt-length: &n 5\nmax-prompt-length: *n\n").values).toMatchObject({
      minPromptLength: 5,
      maxPromptLength: 5,
    });
  });

  test("every mistake is told, with its line", () => {
    const text =
      "max-tokns: 5\nparallel: many\nmodel:\nstop:\n  - [a]\nconfig: x.yaml\ntop-p: 0.1\ntopP: 0.2\ntop-k: 2\n";
    expect(mistakesOf(text)).toEqual([
      "run.yaml, line 3: model: has no value: give it one, or leave the line out",
      "run.yaml, line 4: stop: is nested",
      "run.yaml, line 1: unknown option max-tokns: did you mean max-tokens?",
      'run.yaml, line 2: parallel: "many" is not a whole number',
      "run.yaml, line 6: config is for the command line alone",
      "run.yaml, line 8: top-p stands there twice, as topP too",
    ]);
  });

  test("what is no mapping of options is refused, without a word of what it holds", () => {
    expect(mistakesOf("- a\n")).toEqual(['--config: run.yaml must hold options, a line each: "max-tokens: 256"']);
    for (const text of ["api-key: sk-secret: x\n", "api-key: [sk-secret\nmodel: b\n", "api-key: *sk-secret\n"]) {
      const said = mistakesOf(text).join("\n");
      expect(said).toContain("run.yaml, line");
      expect(said).not.toContain("sk-secret: x");
    }
    expect(mistakesOf("model: a\nmodel: b\n")).toEqual([
      "--config: run.yaml, line 2: not valid YAML (Map keys must be unique)",
    ]);
    expect(() => read(["--config", join(folder, "none.yaml")])).toThrow(
      /--config: cannot read ".*none.yaml": no such file/,
    );
  });

  test("a secret in it is used, and warned about without being shown", () => {
    const { values, warnings } = readFile(
      "api-key: sk-1\nheaders: [X-Token=t1, X-Plain=p]\nurl: http://u:pw@h:1\nqueue-size-multiplier: 5\n",
    );
    expect(values.apiKey).toBe("sk-1");
    expect(warnings.map((line) => line.replaceAll(`${folder}/`, ""))).toEqual([
      "run.yaml, line 1: api-key holds a secret that everyone who reads the file has: prefer api-key-file",
      "run.yaml, line 2: headers holds a secret that everyone who reads the file has: prefer api-key-file",
      "run.yaml, line 3: url holds a secret that everyone who reads the file has: prefer api-key-file",
      "run.yaml, line 4: queue-size-multiplier has no effect in plumb",
    ]);
    expect(warnings.join()).not.toMatch(/sk-1|t1|pw/);
  });

  test("no text whatever makes the reader fail otherwise than by a mistake", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const mistakes = new Mistakes();
        collectOptions(["--config", file(text)], RUN_FLAGS, mistakes);
      }),
      { numRuns: 100 },
    );
  });
});

describe("the printed configuration", () => {
  const print = (args: string[]): string => configText(RUN_FLAGS, read(args));

  test("holds what was given, and the defaults as comments", () => {
    const text = print(["--url", "http://h:1", "--parallel", "1", "2", "--no-stream", "--logprobs", "--model", "1e3"]);
    expect(parse(text)).toEqual({ url: "http://h:1", parallel: [1, 2], stream: false, logprobs: 1, model: "1e3" });
    expect(text).toContain("\n# temperature: 0\n");
    expect(text).toContain("\n# read-timeout: 120\n");
    expect(text).not.toContain("print-config");
  });

  test("leaves secrets out, and says so", () => {
    const args = ["--api-key", "sk-1", "--url", "http://u:pw@h:1", "--redact", "X-Mine"];
    const text = print([...args, "--headers", "X-Token: t1", "X-Mine=m1", "X-Open=o"]);
    expect(text).not.toMatch(/sk-1|pw@|t1|m1/);
    expect(parse(text)).toEqual({ url: "http://h:1/", headers: "X-Open=o", redact: "X-Mine" });
    expect(text).toContain("# api-key: a secret is left out");
    expect(text).toContain("# headers: 2 secret left out");
    expect(text).toContain("# url: its password is left out");
  });

  test("reads back to the same options and the same text", () => {
    const text = fc.string({ minLength: 1 }).filter((written) => !written.startsWith("-"));
    const texts = fc.array(text, { minLength: 1, maxLength: 3 });
    const args = fc.record({
      "--stop": texts,
      "--name": fc.tuple(text),
      "--max-tokens": fc.array(fc.integer({ min: 1, max: 9 }).map(String), { minLength: 1, maxLength: 2 }),
      "--extra-args": fc.tuple(fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value))),
      "--stream": fc.constantFrom([], ["false"], ["TRUE"]),
    });
    fc.assert(
      fc.property(args, (given) => {
        const first = read(Object.entries(given).flatMap(([flag, values]) => [flag, ...values]));
        const printed = configText(RUN_FLAGS, first);
        const second = readFile(printed);
        // JSON has a negative zero that no text keeps.
        expect(JSON.stringify(second.values)).toEqual(
          JSON.stringify({ ...first.values, config: second.values.config }),
        );
        expect(configText(RUN_FLAGS, second)).toBe(printed);
      }),
      { numRuns: 40 },
    );
  });
});
