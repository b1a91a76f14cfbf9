import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRunCommand } from "../../src/cli/run-arguments.ts";
import { listedIn, readTimes } from "../../src/config/schedule-file.ts";
import { UserError } from "../../src/config/user-error.ts";
import { CLOSED, closedLevel } from "./load-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "config-load-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const read = (...args: string[]) =>
  readRunCommand(["--url", "http://host:8000", "--model", "m", ...args], {}, () => "chat/completions").config;

function mistakesOf(...args: string[]): string {
  try {
    read(...args);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "";
}

const flat = (rate: number, overS: number | null = null) => ({ from: rate, to: rate, overS });
const poisson = (...course: object[]) => ({ kind: "rate", pattern: { kind: "poisson" }, course });

describe("levels", () => {
  test("without a rate: slots, and ten requests for each; in time no count", () => {
    expect(read("--parallel", "4", "8").levels).toEqual([closedLevel(4, 40), closedLevel(8, 80)]);
    expect(read("--duration", "2m").levels).toEqual([{ parallel: 1, number: null, durationS: 120, shape: CLOSED }]);
    expect(read("--rate", "-1", "--parallel", "2").levels).toEqual([closedLevel(2, 20)]);
  });

  test("with a rate: no bound unless one is given, and ten seconds of it", () => {
    expect(read("--rate", "5", "0.25").levels).toEqual([
      { parallel: null, number: 50, durationS: null, shape: poisson(flat(5)) },
      { parallel: null, number: 3, durationS: null, shape: poisson(flat(0.25)) },
    ] as never);
    expect(read("--rate", "5", "--parallel", "2", "-n", "7").levels).toMatchObject([{ parallel: 2, number: 7 }]);
    expect(read("--rate", "5", "--open-loop", "--duration", "3").levels).toMatchObject([
      { parallel: null, number: null, durationS: 3 },
    ]);
  });

  test("a course ends with its last stretch, unless a count or a time says otherwise", () => {
    expect(read("--rate", "0-100:60s").levels).toMatchObject([{ number: null, durationS: 60 }]);
    expect(read("--rate", "10:30s+50:30s").levels).toMatchObject([{ number: null, durationS: 60 }]);
    expect(read("--rate", "0-50:30s+50").levels).toMatchObject([{ number: null, durationS: 40 }]);
    expect(read("--rate", "0-50:30s", "-n", "10").levels).toMatchObject([{ number: 10, durationS: null }]);
  });

  test("lists of values pair up, or one serves all", () => {
    const loads = (...args: string[]) =>
      read(...args).levels.map(({ parallel, number, shape }) => [
        parallel,
        shape.kind === "rate" ? shape.course[0]!.to : null,
        number,
      ]);
    expect(loads("--parallel", "1", "2", "--rate", "10", "20", "-n", "5")).toEqual([
      [1, 10, 5],
      [2, 20, 5],
    ]);
    expect(loads("--parallel", "4", "--rate", "10", "-1", "--number", "5", "6")).toEqual([
      [4, 10, 5],
      [4, null, 6],
    ]);
    expect(mistakesOf("--parallel", "1", "2", "3", "--rate", "10", "20")).toBe(
      "--parallel has 3 values and --rate has 2: give equally many, or one for all",
    );
  });

  test("burstiness means gamma gaps", () => {
    const pattern = (...args: string[]) =>
      (read("--rate", "5", ...args).levels[0]!.shape as { pattern: object }).pattern;
    expect(pattern("--arrival", "constant")).toEqual({ kind: "constant" });
    expect(pattern("--burstiness", "0.5")).toEqual({ kind: "gamma", shape: 0.5 });
    expect(pattern("--arrival", "gamma")).toEqual({ kind: "gamma", shape: 1 });
    expect(mistakesOf("--rate", "5", "--arrival", "constant", "--burstiness", "2")).toContain("--arrival gamma");
  });

  test("a ramp opens slots; with a rate it is the rate that has one", () => {
    expect(read("--parallel", "4", "--ramp", "20s").levels).toMatchObject([{ shape: { kind: "closed", rampS: 20 } }]);
    expect(mistakesOf("--ramp", "60s", "--rate", "10-50:30s")).toContain("give --rate 0-50:60s");
  });
});

describe("a file of times", () => {
  test("is its levels' arrivals, as many as it has or fewer", () => {
    const path = file("times", "# seconds\n0\n\n0.5 # two at once\n0.5\n3e0\n");
    expect(readTimes(path)).toEqual([0, 0.5, 0.5, 3]);
    const shape = { kind: "listed", file: path, count: 4, lastS: 3, mostASecond: 3 };
    expect(listedIn(path)).toEqual(shape as never);
    expect(read("--schedule", path).levels).toEqual([{ parallel: null, number: 4, durationS: null, shape }] as never);
    expect(read("--schedule", path, "-n", "3", "--parallel", "2").levels).toMatchObject([{ parallel: 2, number: 3 }]);
    expect(read("--schedule", path, "-n", "9").levels).toMatchObject([{ number: 4 }]);
  });

  test("what is wrong with it is said by line", () => {
    expect(mistakesOf("--schedule", file("words", "0\nsoon\n"))).toMatch(/--schedule: .*line 2: "soon" is no number/);
    expect(mistakesOf("--schedule", file("back", "1\n0.5\n"))).toMatch(/line 2: 0.5 s is before the line above/);
    expect(mistakesOf("--schedule", file("none", "# none\n"))).toContain("lists no times");
    expect(mistakesOf("--schedule", join(folder, "absent"))).toContain("no such file");
    mkdirSync(join(folder, "sub"));
    expect(mistakesOf("--schedule", join(folder, "sub"))).toContain("no regular file");
  });

  test("says when to send, and nothing else may", () => {
    const path = file("one", "0\n");
    expect(mistakesOf("--schedule", path, "--rate", "5")).toContain("give one of them");
    expect(mistakesOf("--schedule", path, "--ramp", "5s")).toContain("--ramp");
    expect(mistakesOf("--open-loop")).toContain("--rate R");
  });
});

describe("around the load", () => {
  test("what nobody asked for is not there", () => {
    expect(read()).toMatchObject({
      warmup: { num: 0, durationS: null },
      drainS: null,
      around: { pauseS: 0, before: [], profile: false },
      cancel: null,
    });
  });

  test("paths are of the service's own host; other hosts are written out", () => {
    const { around } = read(
      "--before-level",
      "post /reset?a=1",
      "GET https://other/x",
      "--profile",
      "--sleep-interval",
      "2s",
    );
    expect(around).toEqual({
      pauseS: 2,
      before: [
        { method: "POST", url: "http://host:8000/reset?a=1" },
        { method: "GET", url: "https://other/x" },
      ],
      profile: true,
    });
    for (const text of ["/reset", "POST", "POST reset", "POST ftp://x/", "POST /a b"]) {
      expect(mistakesOf("--before-level", text)).toContain("--before-level");
    }
    const secret = mistakesOf("--before-level", "POST http://me:hush@host/");
    expect(secret).toContain("password");
    expect(secret).not.toContain("hush");
  });

  test("--drain, --cancel and warm-ups", () => {
    expect(read("--drain", "500ms").drainS).toBe(0.5);
    expect(read("--drain", "0").drainS).toBe(0);
    expect(read("--drain", "none").drainS).toBeNull();
    expect(read("--cancel", "10%", "--cancel-after", "2s").cancel).toEqual({ share: 0.1, afterS: 2 });
    expect(mistakesOf("--cancel", "10%")).toContain("--cancel-after 2s");
    expect(mistakesOf("--cancel-after", "2s")).toContain("--cancel 10%");
    expect(read("--warmup-num", "5", "--warmup-duration", "3s").warmup).toEqual({ num: 5, durationS: 3 });
    expect(mistakesOf("--warmup-num", "0.1", "--duration", "5s")).toContain("--warmup-duration");
  });
});
