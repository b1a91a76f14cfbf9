import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Params } from "../../src/contract/params.ts";
import { apis } from "../../src/registry/built-in-apis.ts";
import { datasets } from "../../src/registry/built-in-datasets.ts";
import { checkApi, checkDataset } from "../../src/registry/contract-suite.ts";

const folder = mkdtempSync(join(tmpdir(), "plumb-contract-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join("\n"));
  return path;
}

/** What a dataset cannot do without. */
const NEEDS: Record<string, Partial<Params>> = {
  line_by_line: {
    datasetPath: file("lines.jsonl", ["Hi", '[{"role":"user","content":"Hi"}]', '{"model":"m"}', "[cut"]),
  },
  prompt: { prompt: "Hi" },
};

describe("every API that comes with plumb keeps its contract", () => {
  test.each(
    apis()
      .all()
      .map(({ plugin }) => [plugin.name, plugin] as const),
  )("%s", async (_, plugin) => {
    expect(await checkApi(plugin)).toEqual([]);
  });
});

describe("every dataset that comes with plumb keeps its contract", async () => {
  const registry = await datasets();
  test.each(registry.all().map(({ plugin }) => [plugin.name, plugin] as const))("%s", async (name, plugin) => {
    expect(await checkDataset(plugin, NEEDS[name] ?? {})).toEqual([]);
  });

  test("openqa with a file of its own", async () => {
    const datasetPath = file("questions.jsonl", ['{"question":"How far?"}', "", '{"question":"为什么？"}']);
    expect(await checkDataset(registry.get("openqa"), { datasetPath })).toEqual([]);
  });

  test("one that lacks what it needs says so", async () => {
    const [fault] = await checkDataset(registry.get("line_by_line"));
    expect(fault).toContain("--dataset-path");
  });
});
