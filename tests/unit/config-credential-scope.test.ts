import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readRunCommand } from "../../src/cli/run-arguments.ts";
import { type CredentialScope, headersWithin } from "../../src/config/credential-scope.ts";
import type { KeyHeaderOf } from "../../src/config/resolve-run.ts";

const HERE = "http://host:8000/v1/chat/completions";

function scopeOf(args: string[], keyHeaderOf?: KeyHeaderOf): CredentialScope | undefined {
  const { config } = readRunCommand(["--model", "m", ...args], {}, () => "chat/completions", keyHeaderOf);
  return config.connection.credentials;
}

describe("a run's credentials", () => {
  test("are for every one of its URLs, each origin once", () => {
    const paths = ["/v1/completions", "/v2/completions"].map((path) => `http://host:8000${path}`);
    const urls = [...paths, "https://host:443/v1/completions", "http://[::1]:80/v1/completions"];
    expect(scopeOf(["--url", ...urls])?.origins).toEqual(["http://host:8000", "https://host", "http://[::1]"]);
  });

  test("are the key, secret headers, redacted ones, and those of the URL: by name, never by value", () => {
    expect(scopeOf(["--url", HERE])?.headers).toEqual([]);
    expect(scopeOf(["--url", HERE, "--api-key", "canary"])?.headers).toEqual(["authorization"]);
    expect(scopeOf(["--url", "http://me:canary@host:8000"])?.headers).toEqual(["authorization"]);
    const headers = ["X-Plain=1", "X-Api-Key=canary", "X-Tenant=canary"];
    const scope = scopeOf(["--url", HERE, "--headers", ...headers, "--redact", "x-tenant"]);
    expect(scope?.headers.toSorted()).toEqual(["x-api-key", "x-tenant"]);
    expect(JSON.stringify(scope)).not.toContain("canary");
  });

  test("the key's header of an API counts by whatever name it has", () => {
    expect(scopeOf(["--url", HERE, "--api-key", "canary"], () => ({ name: "X-Pass" }))?.headers).toEqual(["x-pass"]);
  });
});

describe("headers within a scope", () => {
  const scope: CredentialScope = { origins: ["http://host:8000", "https://safe"], headers: ["x-tenant"] };
  const headers = { "content-type": "application/json", "x-tenant": "t", authorization: "a", cookie: "c" };

  test.each([
    HERE,
    "http://HOST:8000/other?x=1",
    "ws://host:8000/socket",
    "WSS://safe:443/socket",
    "https://anybody@safe",
  ])("all of them to %s", (url) => {
    expect(headersWithin(scope, url, headers)).toEqual(headers);
  });

  test.each([
    "https://host:8000/",
    "http://host:8001/",
    "http://host/",
    "http://host.evil.example:8000/",
    "http://host.evil.example:8000/",
    "http://evil.example/http://host:8000",
    "http://safe/",
    "ws://safe/",
    "wss://host:8000/",
    "file:///etc/passwd",
    "data:text/plain,x",
  ])("no credential to %s", (url) => {
    expect(headersWithin(scope, url, headers)).toEqual({ "content-type": "application/json" });
  });

  test("no credential to any origin but the run's", () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ["http", "https", "ws", "wss"] }), fc.boolean(), (url, ours) => {
        const origins = ours ? [new URL(url.replace(/^ws/, "http")).origin] : scope.origins;
        const kept = Object.keys(headersWithin({ ...scope, origins }, url, headers));
        expect(kept).toHaveLength(ours ? 4 : 1);
      }),
    );
  });
});
