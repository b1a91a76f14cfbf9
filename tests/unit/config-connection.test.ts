import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { readRunCommand } from "../../src/cli/run-arguments.ts";
import { UserError } from "../../src/config/user-error.ts";
import { SELF_SIGNED } from "./self-signed.ts";

const folder = mkdtempSync(join(tmpdir(), "connection-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const run = (args: string[], env: Record<string, string> = {}) =>
  readRunCommand(["--url", "http://service:8000", ...args], env, () => "chat/completions");
const connection = (...args: string[]) => run(args).config.connection;

function mistakesOf(...args: string[]): string[] {
  try {
    run(args);
  } catch (error) {
    if (error instanceof UserError) return error.message.split("\n");
    throw error;
  }
  return [];
}

test("with nothing said: fetch, kept connections, certificates checked, no proxy, 32 MB", () => {
  expect(run([], { HTTP_PROXY: "http://proxy:3128", ALL_PROXY: "http://proxy:3128" })).toMatchObject({
    config: {
      connection: {
        transport: "fetch",
        use: "pooled",
        caFile: null,
        insecure: false,
        proxy: null,
        unix: null,
        maxResponseBytes: 32e6,
      },
    },
    secrets: { proxyCredentials: null },
    warnings: [],
  });
});

describe("--ca", () => {
  test("is kept as an absolute path", () => {
    const path = file("ca.pem", `Some text before it\n${SELF_SIGNED.cert}\n${SELF_SIGNED.cert}\n`);
    expect(connection("--ca", relative(process.cwd(), path)).caFile).toBe(path);
  });
  test("what is none is a mistake that says why", () => {
    const broken = SELF_SIGNED.cert.replace("MIIB", "AAAA");
    expect(mistakesOf("--ca", join(folder, "none"))[0]).toMatch(/^--ca: cannot read ".*none": no such file$/);
    expect(mistakesOf("--ca", file("key.pem", SELF_SIGNED.key))[0]).toMatch(/^--ca: ".*key\.pem" holds no certificate/);
    expect(mistakesOf("--ca", file("two.pem", `${SELF_SIGNED.cert}\n${broken}`))[0]).toMatch(
      /^--ca: ".*two\.pem": certificate 2 of 2 cannot be read$/,
    );
  });
});

test("--insecure is kept and said loudly", () => {
  const { config, warnings } = run(["--insecure"]);
  expect(config.connection.insecure).toBe(true);
  expect(warnings).toEqual([
    "--insecure: TLS certificates are not checked; whoever is on the way can read and change everything",
  ]);
});

test("a proxy is named, its credentials are not", () => {
  const { config, secrets, warnings } = run(["--proxy", "http://me:p%40ss@proxy:3128"]);
  expect(config.connection.proxy).toBe("http://proxy:3128/");
  expect(secrets.proxyCredentials).toBe("me:p@ss");
  expect(warnings).toEqual(["requests go through the proxy http://proxy:3128/: its time is in every figure"]);
  expect(JSON.stringify(config)).not.toMatch(/p@ss|p%40ss/);
});

test("what excludes each other", () => {
  expect(mistakesOf("--proxy", "http://p:1", "--transport", "socket")).toEqual([
    "--transport socket knows no proxies: use --transport fetch",
  ]);
  expect(mistakesOf("--proxy", "http://p:1", "--proxy-from-env")).toEqual([
    "--proxy and --proxy-from-env: give one of them",
  ]);
  expect(mistakesOf("--proxy", "http://p:1", "--unix", "/s")).toHaveLength(1);
  expect(mistakesOf("--connections", "session")).toEqual([
    "--connections session: fetch does not say which connection it takes; use --transport socket",
  ]);
  expect(connection("--connections", "session", "--transport", "socket").use).toBe("session");
});

test("a Unix socket's path is absolute, the longest body a whole number of bytes", () => {
  expect(connection("--unix", "s.sock").unix).toBe(join(process.cwd(), "s.sock"));
  expect(connection("--max-response-mb", "0.0015").maxResponseBytes).toBe(1500);
});
