import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { ask, results } from "./record.ts";

let mock: Mock;
beforeAll(async () => {
  mock = await Mock.start("--ttft", "5", "--itl", "1", "--tokens", "4");
});
afterAll(() => mock[Symbol.dispose]());

/** An API plugin whose body is given as source, in a workspace of its own. */
function withApi(members: string): { workspace: Workspace; flags: string[] } {
  const workspace = new Workspace();
  const file = workspace.join("my-api.ts");
  const source = `import { defineApi } from "plumb";\nlet calls = 0;\nexport default defineApi({ name: "mine", endpoint: "chat/completions", ${members} });\n`;
  writeFileSync(file, source);
  const target = ["--url", mock.url, "--model", "mock", "--no-test-connection", "--prompt", "hi"];
  return { workspace, flags: [...target, "--plugins", file, "--api", "mine"] };
}

const BODY = `{ body: { model: "mock", stream: true, max_tokens: 4, messages: [{ role: "user", content: "hi" }] } }`;

test("an exception fails its request, with message, file and line; the run goes on", async () => {
  const { workspace, flags } = withApi(
    `buildRequest() { if (++calls % 3 === 0) throw new Error("every third"); return ${BODY}; }`,
  );
  using _ = workspace;
  const { folder } = await workspace.run(...flags, "--number", "9", "--parallel", "2");
  const rows = results(workspace.join(folder));
  expect(rows).toHaveLength(9);
  const failed = rows.filter((row) => row.success === 0);
  expect(failed).toHaveLength(3);
  for (const { error, error_kind } of failed) {
    expect(error_kind).toBe("plugin");
    expect(error).toMatch(/^every third \(.*my-api\.ts:\d+/);
  }
});

test("a plugin that only fails ends the run early, with the reason", async () => {
  const { workspace, flags } = withApi(`buildRequest() { throw new Error("no luck"); }`);
  using _ = workspace;
  const { code, err } = await workspace.plumb(["run", ...flags, "--number", "5000", "--parallel", "4"]);
  expect(code).toBe(1);
  expect(err).toContain("API plugin mine failed on each of the first 20 requests: no luck");
  const [folder] = workspace.runs();
  const [row] = ask<{ n: number; failed: number }>(
    workspace.join(folder!),
    "SELECT count(*) AS n, sum(error_kind = 'plugin') AS failed FROM outcome",
  );
  expect(row!.n).toBeLessThan(5000);
  expect(row!.failed).toBeGreaterThanOrEqual(20);
});

test("promises that never settle are bounded by the request's timeouts", async () => {
  const { workspace, flags } = withApi(
    `async buildRequest() { if (++calls === 1) await new Promise(() => {}); return ${BODY}; }`,
  );
  using _ = workspace;
  const limits = ["--read-timeout", "1", "--number", "4", "--parallel", "2"];
  const { folder } = await workspace.run(...flags, ...limits);
  const rows = results(workspace.join(folder));
  expect(rows.filter((row) => row.success === 1)).toHaveLength(3);
  const [stuck] = rows.filter((row) => row.success === 0);
  expect(stuck).toMatchObject({ error_kind: "plugin", error: "buildRequest did not settle within 1 s" });
});

test("an exchange that never ends is given up by the total timeout", async () => {
  const { workspace, flags } = withApi(
    `buildRequest() { return ${BODY}; },
     async *processRequest(request, session) {
       yield { data: "first" };
       if (++calls === 2) await new Promise(() => {});
     }`,
  );
  using _ = workspace;
  const { folder } = await workspace.run(...flags, "--total-timeout", "1", "--number", "4");
  const rows = results(workspace.join(folder));
  expect(rows.map((row) => row.error_kind).filter((kind) => kind !== null)).toEqual(["timeout_total"]);
  expect(rows.every((row) => row.output_text === "first")).toBe(true);
});
