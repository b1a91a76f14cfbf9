import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { SELF_SIGNED } from "../unit/self-signed.ts";
import { type Ended, Workspace } from "./plumb.ts";
import { summaryOf } from "./record.ts";

const REPLY = 'data: {"choices":[{"index":0,"delta":{"content":"one"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const WARNING = "--insecure: TLS certificates are not checked";

/** A service that proves who it is with a certificate that nobody has signed. */
let server: ReturnType<typeof Bun.serve>;
beforeAll(() => {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: SELF_SIGNED,
    fetch: () => new Response(REPLY, { headers: { "content-type": "text/event-stream" } }),
  });
});
afterAll(() => server.stop(true));

function run(workspace: Workspace, flags: string[], env: Record<string, string> = {}): Promise<Ended> {
  const target = ["--url", `https://127.0.0.1:${server.port}`, "--model", "m", "--number", "2", "--prompt", "x"];
  return workspace.plumb(["run", ...target, ...flags], env);
}

test.each(["fetch", "socket"])(
  "%s: a certificate of nobody's is refused, whatever the environment says",
  async (name) => {
    using workspace = new Workspace();
    const { code, err } = await run(workspace, ["--transport", name], { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    expect(code).toBe(1);
    expect(err).toMatch(/no trusted TLS connection to 127\.0\.0\.1/);
  },
);

test.each(["fetch", "socket"])("%s: --ca makes it trusted, and nothing is said of it", async (name) => {
  using workspace = new Workspace();
  writeFileSync(workspace.join("ca.pem"), SELF_SIGNED.cert);
  const { code, out, err } = await run(workspace, ["--transport", name, "--ca", "ca.pem"]);
  expect(code).toBe(0);
  expect(out + err).not.toContain("--insecure");
  expect(summaryOf(workspace.join(workspace.runs()[0]!)).config.connection).toMatchObject({ insecure: false });
});

test.each(["fetch", "socket"])(
  "%s: --insecure is said at the start, in the report and in the summary",
  async (name) => {
    using workspace = new Workspace();
    const { code, out, err } = await run(workspace, ["--transport", name, "--insecure"]);
    expect(code).toBe(0);
    expect(err).toContain(`plumb: ${WARNING}`);
    expect(out).toContain("TLS certificates were not checked (--insecure)");
    expect(summaryOf(workspace.join(workspace.runs()[0]!)).config.connection).toMatchObject({ insecure: true });
  },
);
