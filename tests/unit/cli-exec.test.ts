import { expect, test } from "bun:test";
import { splitExec } from "../../src/cli/exec.ts";

test.each([
  [[], { own: [], file: null, args: [] }],
  [["a.ts"], { own: [], file: "a.ts", args: [] }],
  [["a.ts", "--plugins", "x", "--help", "--"], { own: [], file: "a.ts", args: ["--plugins", "x", "--help", "--"] }],
  [
    ["--plugins", "p", "--plugins=q", "a.ts", "b"],
    { own: ["--plugins", "p", "--plugins=q"], file: "a.ts", args: ["b"] },
  ],
  [["--", "-odd.ts", "x"], { own: [], file: "-odd.ts", args: ["x"] }],
  [["--plugins"], { own: ["--plugins"], file: null, args: [] }],
])("exec %p", (rawArgs, expected) => {
  expect(splitExec(rawArgs)).toEqual(expected);
});
