import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { Workspace } from "./plumb.ts";

/** Nobody listens there, and nobody is to be asked. */
const URL = ["--url", "http://127.0.0.1:1", "--model", "m"];

/** One line on stderr, no trace, nothing on stdout, nothing on the disk. */
async function complaint(args: string[], workspace = new Workspace()): Promise<{ line: string; code: number }> {
  using here = workspace;
  const before = here.files();
  const { out, err, code } = await here.plumb(args);
  expect(out).toBe("");
  expect(err.trimEnd().split("\n")).toHaveLength(1);
  expect(err).toStartWith("plumb: ");
  expect(err).not.toMatch(/\n\s+at |Error:/);
  expect(here.files()).toEqual(before);
  return { line: err.trimEnd(), code };
}

describe("a wrong command: one line that names the flag, exit code 2", () => {
  test.each<[string[], RegExp]>([
    [["run", ...URL, "--paralel", "4"], /--paralel.*did you mean --parallel/],
    [["run", ...URL, "--no-sream"], /--no-sream.*did you mean --no-stream/],
    [["run", ...URL, "--parallel", "four"], /--parallel: "four" is not a whole number/],
    [["run", ...URL, "--number", "0"], /--number: 0 is below the least allowed, 1/],
    [["run", ...URL, "--number", "1", "2", "--parallel", "1", "2", "3"], /--parallel has 3 values and --number has 2/],
    [["run", ...URL, "--temperature", "warm"], /--temperature: "warm" is not a number/],
    [["run", ...URL, "--max-tokens", "9", "5"], /--max-tokens: a range goes from low to high/],
    [["run", ...URL, "--record", "some"], /--record: "some" is none of full, text, metrics/],
    [["run", ...URL, "--extra-args", "{"], /--extra-args: not valid JSON/],
    [["run", ...URL, "--url", "ftp://host"], /--url: "ftp:\/\/host": only http:\/\/ and https:\/\//],
    [["run", ...URL, "--api", "opnai"], /opnai.*openai/],
    [["run", ...URL, "--dataset", "opnqa"], /opnqa.*openqa/],
    [["run", ...URL, "--prompt", "@nowhere.txt"], /--prompt: cannot read "nowhere.txt": no such file/],
    [["run", ...URL, "--env-file", "nowhere.env"], /--env-file: cannot read "nowhere.env": no such file/],
    [["run", ...URL, "--api-key-file", "nowhere"], /--api-key-file: the file cannot be read/],
    [["run", ...URL, "stray"], /unexpected argument "stray"/],
    [["run", "--model", "m"], /--url is missing/],
    [["rn", ...URL], /unknown command rn: did you mean run\?/],
    [["report"], /report: name a run's folder/],
    [["report", "nowhere"], /no such file or folder: nowhere/],
    [["query", "nowhere", "SELECT 1"], /no such file or folder: nowhere/],
    [["mock", "--ttft", "soon"], /--ttft.*"soon" is not a number/],
  ])("%j", async (args, message) => {
    const { line, code } = await complaint(args);
    expect(line).toMatch(message);
    expect(code).toBe(2);
  });

  test("every mistake at once, a line each", async () => {
    using workspace = new Workspace();
    const { err, code } = await workspace.plumb(["run", "--paralel", "4", "--number", "x", "--top-p", "2"]);
    expect(code).toBe(2);
    const [first, ...more] = err.trimEnd().split("\n");
    expect(first).toContain("--paralel");
    expect(more).toHaveLength(3);
  });

  test("a database that is none", async () => {
    const workspace = new Workspace();
    writeFileSync(workspace.join("notes.db"), "not a database, but long enough to be looked at".repeat(100));
    const { line, code } = await complaint(["report", "notes.db"], workspace);
    expect(line).toBe("plumb: notes.db is not a run of plumb's");
    expect(code).toBe(2);
  });
});

describe("a dataset that cannot be used: one line that names it, before anything is sent", () => {
  const lines = ["--dataset", "line_by_line", "--dataset-path"];
  const quick = ["--no-test-connection"];

  test.each<[string, string[], RegExp]>([
    ["a file that is not there", [...lines, "nowhere.txt"], /nowhere\.txt.*no such file/],
    ["a folder", [...lines, "folder"], /folder.*it is a directory/],
    ["an empty file", [...lines, "empty.txt"], /line_by_line \(empty\.txt\) is empty/],
    ["no path at all", lines.slice(0, 2), /line_by_line needs --dataset-path FILE/],
    [
      "a line without a question",
      ["--dataset-path", "words.txt"],
      /words\.txt:1 is not JSON: .*some.*; openqa wants \{"question": "\.\.\."\} in each line/,
    ],
    ["nothing of the wanted length", [...lines, "words.txt", "--max-prompt-length", "1"], /no usable input: 2 read/],
  ])("%s", async (_, flags, message) => {
    const workspace = new Workspace();
    mkdirSync(workspace.join("folder"));
    writeFileSync(workspace.join("empty.txt"), "");
    writeFileSync(workspace.join("words.txt"), "some words\nmore words\n");
    const { line, code } = await complaint(["run", ...URL, ...quick, ...flags], workspace);
    expect(line).toMatch(message);
    expect(code).toBe(2);
  });
});

test("an outputs folder that cannot be made", async () => {
  const workspace = new Workspace();
  writeFileSync(workspace.join("taken"), "");
  const flags = ["--no-test-connection", "--outputs-dir", "taken"];
  const { line, code } = await complaint(["run", ...URL, ...flags], workspace);
  expect(line).toMatch(/cannot make taken\/.*choose another --outputs-dir/);
  expect(code).toBe(2);
});
