import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listPlugins } from "../../src/cli/plugins-list.ts";
import { newPlugin } from "../../src/cli/plugins-new.ts";
import { showPlugin } from "../../src/cli/plugins-show.ts";

const BASE = mkdtempSync(join(tmpdir(), "plumb-cli-plugins-"));
afterAll(() => rmSync(BASE, { recursive: true, force: true }));

async function printed(action: () => Promise<number>): Promise<string> {
  let out = "";
  const { write } = process.stdout;
  process.stdout.write = ((chunk: string, done: () => void) => {
    out += chunk;
    done();
    return true;
  }) as typeof write;
  try {
    expect(await action()).toBe(0);
  } finally {
    process.stdout.write = write;
  }
  return out;
}

test("list has a line for every plugin, and where it is from", async () => {
  const out = await printed(() => listPlugins([]));
  expect(out).toMatch(/^NAME +KIND +ALSO +FROM\n/);
  expect(out).toMatch(/^openai_responses +API +responses, openai_response +built in$/m);
  expect(out).toMatch(/^line_by_line +dataset +built in$/m);
});

test("show tells of both kinds under one name, of options by a schema, and of none", async () => {
  const file = join(BASE, "both.ts");
  const schema = '{ "~standard": { version: 1, vendor: "valibot", validate: (value) => ({ value }) } }';
  writeFileSync(
    file,
    `export default [
      { name: "both", endpoint: ({ applyChatTemplate }) => applyChatTemplate ? "chat" : "plain", options: ${schema}, buildRequest() { return null; } },
      { name: "both", *buildMessages() { yield "x"; } },
    ];`,
  );
  const out = await printed(() => showPlugin(["both", "--plugins", file]));
  expect(out).toContain("both (API)\n");
  expect(out).toContain("chat, or without a chat template plain");
  expect(out).toContain("options (--api-args) are checked by a schema of valibot");
  expect(out).toContain("both (dataset)\n");
  expect(out).toContain("no options of its own");
});

test.each([[[]], [["api"]], [["tool", "x"]]])("new %j says what is wanted", async (args: string[]) => {
  await expect(newPlugin(args)).rejects.toThrow(/say api, dataset, script and a name/);
});

test("new says what to do with the file", async () => {
  const out = await printed(() => newPlugin(["script", "bench", "--dir", BASE]));
  expect(out).toContain("written: bench.ts, plumb.d.ts, tsconfig.json\n");
  expect(out).toContain(`run it: plumb exec ${join(BASE, "bench.ts")}\n`);
});

test.each([
  ["api", "openai", /the API name "openai" is taken by plumb's own API "openai"/],
  ["api", "responses", /"responses" is taken by plumb's own API "openai_responses"/],
  ["dataset", "openqa", /the dataset name "openqa" is taken by plumb's own dataset/],
])("new %s %s: the name is taken", async (kind, name, message) => {
  await expect(newPlugin([kind, name, "--dir", BASE])).rejects.toThrow(message);
  expect(existsSync(join(BASE, `${name}.ts`))).toBe(false);
});

test("a name of the other kind is free", async () => {
  await printed(() => newPlugin(["dataset", "openai", "--dir", join(BASE, "other")]));
  expect(existsSync(join(BASE, "other", "openai.ts"))).toBe(true);
});
