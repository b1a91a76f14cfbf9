import { expect, test } from "bun:test";
import { readAbArguments } from "../../src/cli/ab-arguments.ts";
import { skipping } from "../../src/cli/skipped-inputs.ts";
import type { DatasetPlugin, Source } from "../../src/contract/dataset.ts";
import type { Params } from "../../src/contract/params.ts";

test("ab: its own flags are its own, all others are those of a block's run", () => {
  const { runArgs, ...own } = readAbArguments([
    "http://a",
    "http://b",
    "--budget",
    "4m",
    "--parallel=8",
    "--figures",
    "ttft_p99,tps",
    "--header",
    "X=1",
    "--json",
    "--lang=zh",
  ]);
  expect(own).toEqual({
    budgetS: 240,
    confidence: 0.95,
    margin: 0.05,
    json: true,
    lang: "zh",
    figures: [
      { metric: "ttft_ms", stat: "p99" },
      { metric: "output_tokens_per_s", stat: null },
    ],
  });
  const shared = ["--parallel=8", "--header", "X=1", "--duration", "10"];
  expect(runArgs).toEqual([
    ["--url", "http://a", ...shared],
    ["--url", "http://b", ...shared],
  ]);
});

test("ab: a block's own end stays, and no budget makes it shorter than 2 s or longer than 30 s", () => {
  const argsOf = (...more: string[]) => readAbArguments(["a", "b", ...more]).runArgs[0].slice(2);
  expect(argsOf("--number", "50")).toEqual(["--number", "50"]);
  expect(argsOf("-n", "50")).toEqual(["-n", "50"]);
  expect(argsOf("--budget", "10s")).toEqual(["--duration", "2"]);
  expect(argsOf("--budget", "9h")).toEqual(["--duration", "30"]);
});

test("ab: two services, first, and no --url", () => {
  expect(() => readAbArguments(["http://a", "--parallel", "3"])).toThrow("two services");
  expect(() => readAbArguments(["a", "b", "c"])).toThrow("two services");
  expect(() => readAbArguments(["a", "b", "--url", "c"])).toThrow("--url");
  expect(() => readAbArguments(["a", "b", "--margin", "0"])).toThrow("--margin");
});

test("ab: the next pair begins behind what the last one used, over as many passes as that takes", async () => {
  const dataset: DatasetPlugin = { name: "letters", buildMessages: () => ["a", "b", "c"] };
  const passes = async (plugin: DatasetPlugin) => {
    const pass = async () => (await Array.fromAsync(plugin.buildMessages({} as Params, {} as Source))).join("");
    return [await pass(), await pass()];
  };
  expect(await passes(skipping(dataset, 2))).toEqual(["c", "abc"]);
  expect(await passes(skipping(dataset, 3))).toEqual(["abc", "abc"]);
  expect(await passes(skipping(dataset, 7))).toEqual(["bc", "abc"]);
  expect(await passes(skipping({ ...dataset, buildMessages: () => [] }, 2))).toEqual(["", ""]);
  const endless = { ...dataset, endless: true };
  expect(skipping(endless, 2)).toBe(endless);
});
