import { afterAll } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { DatasetPlugin } from "../../src/contract/dataset.ts";
import type { Params } from "../../src/contract/params.ts";
import { FileSource } from "../../src/dataset/source.ts";
import { checkPluginArgs } from "../../src/registry/plugin-args.ts";
import { sampleParams } from "../../src/registry/sample-inputs.ts";

export const FOLDER = mkdtempSync(join(tmpdir(), "plumb-data-"));

/** For a test file's afterAll: what this module asks for itself happens after the first file that imports it alone. */
export function removeData(): void {
  rmSync(FOLDER, { recursive: true, force: true });
}
afterAll(removeData);

/** One for all: each has a tokenizer of its own, which takes a while to load. */
const SOURCE = new FileSource();

/** Writes a file, its text or its JSON; returns its path. */
export function dataFile(name: string, data: string | Uint8Array | object): string {
  const path = join(FOLDER, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof data === "string" || data instanceof Uint8Array ? data : JSON.stringify(data));
  return path;
}

/** One JSON value a line. */
export function jsonLines(...values: unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

/** One pass as a run makes it: options checked, defaults filled in. */
export async function itemsOf(plugin: DatasetPlugin, given: Partial<Params> = {}, count = 1000): Promise<unknown[]> {
  const datasetArgs = await checkPluginArgs(plugin, given.datasetArgs ?? {}, "--dataset-args");
  const params = sampleParams({ ...given, datasetArgs });
  const items: unknown[] = [];
  for await (const item of plugin.buildMessages(params, SOURCE)) if (items.push(item) >= count) break;
  return items;
}

export function user(content: string): { role: string; content: string }[] {
  return [{ role: "user", content }];
}
