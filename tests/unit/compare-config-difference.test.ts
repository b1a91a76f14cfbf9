import { expect, test } from "bun:test";
import { configDifferences } from "../../src/compare/config-difference.ts";
import type { Side } from "../../src/compare/side.ts";
import type { RunConfig } from "../../src/config/run-config.ts";
import { configOf } from "./run-fixture.ts";

const sideOf = (config: RunConfig) =>
  ({ label: "A", runs: [{ config, version: "1", machine: null }] }) as unknown as Side;

test("what was measured differs, not where its results went nor whose credentials it had", () => {
  const a = configOf();
  const credentials = { origins: ["http://other"], headers: ["authorization"] };
  const b = { ...a, seed: a.seed + 1, name: "other", connection: { ...a.connection, credentials } };
  expect(configDifferences([sideOf(a), sideOf(b)])).toEqual([
    { option: "seed", values: [String(a.seed), String(a.seed + 1)] },
  ]);
});
