import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { Workspace } from "./plumb.ts";
import { enginesOf, groupOf, HAS_PROC, processFile } from "./processes.ts";
import { results } from "./record.ts";
import { delta, finish } from "./scripted-run.ts";
import { type Answer, ScriptedServer } from "./scripted-server.ts";

const KEY = 'sk-Very"Secret\\/0123456789';
/** The key as it is, as it stands in JSON, as basic authentication would send it, and as it stands in a URL. */
const FORMS = [
  KEY,
  JSON.stringify(KEY).slice(1, -1),
  Buffer.from(`someone:${KEY}`).toString("base64"),
  encodeURIComponent(KEY),
];

/** A proxy that wants credentials and passes on whatever comes with them. */
class GuardedProxy implements Disposable {
  readonly #server = createServer((asked, answer) => {
    if (asked.headers["proxy-authorization"] !== `Basic ${FORMS[2]}`) {
      this.refused++;
      answer.writeHead(407).end();
      return;
    }
    this.passed++;
    const { "proxy-authorization": _, ...headers } = asked.headers;
    const onward = request(asked.url ?? "", { method: asked.method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    asked.pipe(onward);
  });
  refused = 0;
  passed = 0;

  static async start(): Promise<GuardedProxy> {
    const proxy = new GuardedProxy();
    await new Promise<void>((resolve) => {
      proxy.#server.listen(0, "127.0.0.1", resolve);
    });
    return proxy;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://someone:${encodeURIComponent(KEY)}@127.0.0.1:${port}`;
  }

  [Symbol.dispose](): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** A service that wants the key in a header and takes a quarter of a second over each reply. */
class Guarded implements Disposable {
  readonly #server: ScriptedServer;
  refused = 0;

  /** @param wanted the header and its value; null: no key */
  constructor(wanted: [header: string, value: string] | null) {
    this.#server = new ScriptedServer({
      it: async (answer) => {
        if (wanted !== null && answer.asked.headers.get(wanted[0]) !== wanted[1]) {
          this.refused++;
          return answer.whole(401, "application/json", '{"error":"no"}');
        }
        answer.head();
        answer.event(delta({ content: "one" }));
        await Bun.sleep(250);
        answer.event(finish());
        answer.end();
      },
    });
  }

  get url(): string {
    return this.#server.url("it");
  }

  [Symbol.dispose](): void {
    this.#server[Symbol.dispose]();
  }
}

function holdsSecret(text: string): boolean {
  return FORMS.some((form) => text.includes(form));
}

/** Files below a folder that hold the key in any form, in their name too. */
function filesWithSecret(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.filter((file) => holdsSecret(file) || holdsSecret(readFileSync(file).toString("latin1")));
}

/** Runs and looks everywhere while it runs and afterwards. */
async function expectHidden(guarded: Guarded, flags: string[], env: Record<string, string> = {}): Promise<void> {
  using workspace = new Workspace();
  const args = ["run", "--url", guarded.url, "--model", "m", "--number", "4", "--debug", ...flags];
  const run = workspace.start(args, env);
  await eventually("the database", () => workspace.runs().length === 1 || !run.running);
  if (HAS_PROC && run.running) {
    const engines = enginesOf(run.pid);
    expect(engines).not.toHaveLength(0);
    for (const pid of groupOf(run.pid)) expect(holdsSecret(processFile(pid, "cmdline"))).toBe(false);
    for (const pid of engines) expect(holdsSecret(processFile(pid, "environ"))).toBe(false);
    // What was not put into its environment is not there.
    const inherited = Object.values(env).some(holdsSecret);
    if (!inherited) expect(holdsSecret(processFile(run.pid, "environ"))).toBe(false);
  }
  const { code, out, err } = await run.ended;
  expect({ code, refused: guarded.refused }).toEqual({ code: 0, refused: 0 });
  expect(results(workspace.join(workspace.runs()[0]!)).map((row) => row.success)).toEqual([1, 1, 1, 1]);
  expect(holdsSecret(out + err)).toBe(false);
  // Something was there to be hidden; a proxy is named instead, there and in the report.
  const proxied = flags.some((flag) => flag.startsWith("--proxy"));
  expect(err).toContain(proxied ? "through the proxy http://127.0.0.1:" : "***");
  if (proxied) expect(out).toContain("through the proxy http://127.0.0.1:");
  expect([...filesWithSecret(workspace.path), ...filesWithSecret(workspace.temp)]).toEqual([]);
  expect(readdirSync(workspace.temp)).toEqual([]);
}

describe("the key is sent and appears nowhere else", () => {
  test("from --api-key", async () => {
    using guarded = new Guarded(["authorization", `Bearer ${KEY}`]);
    await expectHidden(guarded, ["--api-key", KEY]);
  });

  test("from a file", async () => {
    using guarded = new Guarded(["authorization", `Bearer ${KEY}`]);
    using elsewhere = new Workspace();
    writeFileSync(elsewhere.join("key"), `${KEY}\n`);
    await expectHidden(guarded, ["--api-key-file", elsewhere.join("key")]);
  });

  test("from an env file", async () => {
    using guarded = new Guarded(["authorization", `Bearer ${KEY}`]);
    using elsewhere = new Workspace();
    writeFileSync(elsewhere.join("variables.env"), `PLUMB_API_KEY='${KEY}'\n`);
    await expectHidden(guarded, ["--env-file", elsewhere.join("variables.env")]);
  });

  test.each(["PLUMB_API_KEY", "OPENAI_API_KEY"])("from the variable %s", async (name) => {
    using guarded = new Guarded(["authorization", `Bearer ${KEY}`]);
    await expectHidden(guarded, [], { [name]: KEY });
  });

  test("from a header of one's own", async () => {
    using guarded = new Guarded(["x-api-key", KEY]);
    await expectHidden(guarded, ["--headers", `X-Api-Key=${KEY}`, "X-Team=open"]);
  });

  test("from the URL", async () => {
    using guarded = new Guarded(["authorization", `Basic ${FORMS[2]}`]);
    const url = guarded.url.replace("//", `//someone:${encodeURIComponent(KEY)}@`);
    await expectHidden(guarded, ["--url", url]);
  });

  test("from a header that --redact names", async () => {
    using guarded = new Guarded(["x-team", KEY]);
    await expectHidden(guarded, ["--headers", `X-Team=${KEY}`, "x-other=open", "--redact", "x-team"]);
  });

  test("from the proxy's URL", async () => {
    using guarded = new Guarded(null);
    using proxy = await GuardedProxy.start();
    await expectHidden(guarded, ["--proxy", proxy.url]);
    expect([proxy.refused, proxy.passed]).toEqual([0, 5]);
  });

  test("from the proxy in the environment", async () => {
    using guarded = new Guarded(null);
    using proxy = await GuardedProxy.start();
    await expectHidden(guarded, ["--proxy-from-env"], { HTTP_PROXY: proxy.url });
    expect([proxy.refused, proxy.passed]).toEqual([0, 5]);
  });
});

test("a proxy that repeats its password in an error", async () => {
  using proxy = new ScriptedServer({
    "": (answer) => answer.whole(407, "text/plain", `no ${KEY}, ${answer.asked.headers.get("proxy-authorization")}`),
  });
  using workspace = new Workspace();
  const url = new URL(proxy.url("it"));
  const credentials = ["--proxy", `http://someone:${encodeURIComponent(KEY)}@${url.host}`];
  const flags = ["--url", "http://service.invalid", "--model", "m", "--number", "2", "--debug", ...credentials];
  const { out, err } = await workspace.plumb(["run", ...flags]);
  expect(err).toContain("***");
  expect(holdsSecret(out + err)).toBe(false);
  const { folder } = await workspace.runInVain(...flags, "--no-test-connection");
  expect(filesWithSecret(workspace.path)).toEqual([]);
  expect(results(workspace.join(folder))[0]!.error).toContain("***");
});

test("a key that a service repeats in a good reply is kept as it came, but not in --debug", async () => {
  using server = new ScriptedServer({
    it: (answer) => {
      answer.head();
      answer.event(delta({ content: answer.asked.headers.get("authorization") }));
      answer.event(finish());
      answer.end();
    },
  });
  using workspace = new Workspace();
  const flags = ["--url", server.url("it"), "--model", "m", "--number", "1", "--debug", "--api-key", KEY];
  const { folder, out, err } = await workspace.run(...flags);
  expect(holdsSecret(out + err)).toBe(false);
  expect(results(workspace.join(folder))[0]!.output_text).toBe(`Bearer ${KEY}`);
});

test("a plugin that logs the key from a reply", async () => {
  using server = new ScriptedServer({
    it: (answer) => {
      answer.head();
      answer.event({ said: answer.asked.headers.get("authorization") });
      answer.end();
    },
  });
  using workspace = new Workspace();
  writeFileSync(
    workspace.join("chatty.ts"),
    `import { defineApi, log } from "plumb";
    export default defineApi({
      name: "chatty", endpoint: "chat",
      buildRequest: (_, { model }) => ({ body: { model } }),
      reader: () => ({
        event: ({ data }) => {
          log.warn("log", JSON.parse(data).said);
          console.log("console", JSON.parse(data));
          return [{ kind: "text", text: "one" }, { kind: "end" }];
        },
        body: () => [],
      }),
    });`,
  );
  const flags = ["--url", server.url("it"), "--model", "m", "--number", "1", "--prompt", "x", "--api-key", KEY];
  const { out, err } = await workspace.run(...flags, "--api", "chatty", "--plugins", "chatty.ts");
  expect(err).toContain("plumb: chatty: warning: log Bearer ***");
  expect(err).toContain("plumb: chatty: console {");
  expect(holdsSecret(out + err)).toBe(false);
});

describe("a service that repeats the key in its errors", () => {
  const sayKey = (status: number) => (answer: Answer) => {
    const words = JSON.stringify({ error: { message: `wrong key: ${answer.asked.headers.get("authorization")}` } });
    answer.whole(status, "application/json", words);
  };

  test("in the connection test", async () => {
    using server = new ScriptedServer({ it: sayKey(401) });
    using workspace = new Workspace();
    const args = ["run", "--url", server.url("it"), "--model", "m", "--api-key", KEY];
    const { err, out, code } = await workspace.plumb(args);
    expect(code).toBe(1);
    expect(err).toMatch(/refused the key \(HTTP 401; wrong key: Bearer \*\*\*\)/);
    expect(holdsSecret(out + err)).toBe(false);
  });

  test("in the load: the record has the answer without it", async () => {
    using server = new ScriptedServer({
      it: sayKey(500),
      page: (answer) => answer.whole(200, "text/html", `<b>${answer.asked.headers.get("authorization")}</b>`),
      stream: (answer) => {
        answer.head();
        answer.event(delta({ content: "one" }));
        answer.event({ error: answer.asked.headers.get("authorization") });
        answer.end();
      },
    });
    for (const name of ["it", "page", "stream"]) {
      using workspace = new Workspace();
      const flags = ["--no-test-connection", "--model", "m", "--number", "2", "--debug", "--api-key", KEY];
      const { folder, out, err } = await workspace.runInVain("--url", server.url(name), ...flags);
      expect(holdsSecret(out + err)).toBe(false);
      expect(filesWithSecret(workspace.path)).toEqual([]);
      const [row] = results(workspace.join(folder));
      expect(row!.response_messages).toContain("Bearer ***");
    }
  });
});
