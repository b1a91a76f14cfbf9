import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRunCommand } from "../../src/cli/run-arguments.ts";
import { UserError } from "../../src/config/user-error.ts";

const folder = mkdtempSync(join(tmpdir(), "replay-"));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) =>
  readRunCommand(
    ["--url", "http://h:1", ...args],
    {},
    () => "chat/completions",
    () => undefined,
    (dataset) => dataset === "timed",
  ).config;

function mistakesOf(...args: string[]): string[] {
  try {
    run(...args);
  } catch (error) {
    if (error instanceof UserError) return error.message.split("\n");
    throw error;
  }
  return [];
}

describe("--replay", () => {
  test("is the dataset of traces, without a bound on requests at once or a count", () => {
    const { dataset, params, levels } = run("--replay", "t.jsonl", "--speed", "2", "--max-idle", "10s");
    expect({ dataset, path: params.datasetPath, args: params.datasetArgs }).toEqual({
      dataset: "trace",
      path: "t.jsonl",
      args: { speed: 2, max_idle: 10 },
    });
    const shape = { kind: "traced", count: 0, lastS: 0, mostASecond: 0 } as const;
    expect(levels).toEqual([{ parallel: null, number: null, durationS: null, shape }]);
  });

  test("may be bounded, cut short, and have options of the dataset's own", () => {
    const flags = ["--parallel", "8", "--number", "50", "--duration", "5s", "--dataset-args", '{"speed":3}'];
    const { levels, params } = run("--replay", "t.jsonl", "--speed", "2", ...flags);
    expect(levels[0]).toMatchObject({ parallel: 8, number: 50, durationS: 5 });
    expect(params.datasetArgs).toEqual({ speed: 3 });
  });

  test("takes a run's folder for the database in it", () => {
    expect(run("--replay", folder).params.datasetPath).toBe(join(folder, "benchmark_data.db"));
  });

  test.each([
    ["0s-600s", [0, 600]],
    ["5-1m", [5, 60]],
    ["10m-", [600]],
  ])("window %s", (window, args) => {
    expect(run("--replay", "t", "--replay-window", window).params.datasetArgs).toEqual({ window: args });
  });

  test.each(["600", "-5s", "5s-2s", "a-b"])("no window: %s", (window) => {
    expect(mistakesOf("--replay", "t", `--replay-window=${window}`)[0]).toStartWith("--replay-window: ");
  });

  test("what else says when or what to send is refused", () => {
    expect(mistakesOf("--replay", "t", "--rate", "5", "--warmup-num", "3", "--shuffle")).toEqual([
      "a trace has its own times and is sent once: leave --rate, --warmup-num, --shuffle out",
    ]);
    expect(mistakesOf("--replay", "t", "--parallel", "1", "2")).toEqual([
      "a trace is sent once: give one value of --parallel and --number",
    ]);
    expect(mistakesOf("--replay", "t", "--dataset", "openqa")).toEqual([
      "--replay is what to send: leave --dataset, --dataset-path and --prompt out",
    ]);
    expect(mistakesOf("--speed", "2", "--max-idle", "1s")).toEqual([
      "--speed is for a trace: give --replay FILE",
      "--max-idle is for a trace: give --replay FILE",
    ]);
  });
});

test("a dataset with times of its own is sent by them", () => {
  expect(run("--dataset", "timed", "--open-loop").levels).toMatchObject([
    { parallel: null, shape: { kind: "traced" } },
  ]);
  expect(run("--dataset", "openqa").levels).toMatchObject([{ parallel: 1, shape: { kind: "closed" } }]);
  expect(mistakesOf("--dataset", "timed", "--rate", "5")).toHaveLength(1);
});
