import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { maskCredentials, resolveEndpoint, splitCredentials } from "../../src/config/endpoint.ts";
import { UserError } from "../../src/config/user-error.ts";

const CHAT = "chat/completions";

describe("resolveEndpoint", () => {
  test.each([
    ["http://h", "http://h/v1/chat/completions"],
    ["http://h/", "http://h/v1/chat/completions"],
    ["https://h:8443", "https://h:8443/v1/chat/completions"],
    ["http://h/v1", "http://h/v1/chat/completions"],
    ["http://h/v1/", "http://h/v1/chat/completions"],
    ["http://h/api/v4", "http://h/api/v4/chat/completions"],
    ["http://h/openai/", "http://h/openai/chat/completions"],
    ["http://h/v1beta/openai/", "http://h/v1beta/openai/chat/completions"],
    ["http://h/v1/chat/completions", "http://h/v1/chat/completions"],
    ["http://h/v1/chat/completions/", "http://h/v1/chat/completions/"],
    ["http://h/generate", "http://h/generate"],
    ["http://h/v1beta", "http://h/v1beta"],
    ["http://h/dev1", "http://h/dev1"],
    ["http://h/v1?version=2&x=a%20b", "http://h/v1/chat/completions?version=2&x=a%20b"],
    ["http://h?x=1", "http://h/v1/chat/completions?x=1"],
    ["http://h/v1#part", "http://h/v1/chat/completions"],
    ["localhost:8000", "http://localhost:8000/v1/chat/completions"],
    ["127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1/chat/completions"],
    ["[::1]:8000", "http://[::1]:8000/v1/chat/completions"],
    ["host:8000?x=1", "http://host:8000/v1/chat/completions?x=1"],
    [" http://h/v1 ", "http://h/v1/chat/completions"],
    ["HTTP://H/v1", "http://h/v1/chat/completions"],
  ])("%s", (given, full) => {
    expect(resolveEndpoint(given, CHAT)).toBe(full);
  });

  test.each([
    ["http://h", "http://h/api/v1/generation"],
    ["http://h/", "http://h/api/v1/generation"],
    ["http://h/api", "http://h/api/v1/generation"],
    ["http://h/api/", "http://h/api/v1/generation"],
    ["http://h/api/v1", "http://h/api/v1/generation"],
    ["http://h/api/v1/generation", "http://h/api/v1/generation"],
    ["http://h?x=1", "http://h/api/v1/generation?x=1"],
    ["http://h/gateway/", "http://h/gateway/api/v1/generation"],
    ["http://h/v2", "http://h/v2/api/v1/generation"],
    ["http://h/ap", "http://h/ap"],
    ["http://h/generate", "http://h/generate"],
  ])("a whole path as tail: %s", (given, full) => {
    expect(resolveEndpoint(given, "/api/v1/generation")).toBe(full);
  });

  test("a tail with a slash before it, and none", () => {
    expect(resolveEndpoint("http://h", "/embeddings")).toBe("http://h/embeddings");
    expect(resolveEndpoint("http://h/v1", "/embeddings")).toBe("http://h/v1/embeddings");
    expect(resolveEndpoint("http://h/v1", "")).toBe("http://h/v1");
  });

  test.each([
    "",
    "host",
    "example.com/v1",
    "ftp://h",
    "http://",
    "http://h:99999",
    "file:///etc/passwd",
    "host:port",
    "a b:80",
  ])("%p is refused", (text) => {
    expect(() => resolveEndpoint(text, CHAT)).toThrow(UserError);
  });

  test("what it returns it leaves as it is", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), fc.constantFrom(CHAT, "/api/chat"), (url, tail) => {
        const once = resolveEndpoint(url, tail);
        expect(resolveEndpoint(once, tail)).toBe(once);
      }),
    );
  });
});

describe("credentials", () => {
  test("are cut out and decoded", () => {
    expect(splitCredentials("https://me:p%40ss%3A@host/v1")).toEqual({
      url: "https://host/v1",
      credentials: "me:p@ss:",
    });
    expect(splitCredentials("me:pw@host:8000/v1")).toEqual({ url: "http://host:8000/v1", credentials: "me:pw" });
    expect(splitCredentials("https://me@host/v1").credentials).toBe("me:");
    expect(splitCredentials("https://host/v1").credentials).toBeNull();
  });

  test("that cannot be decoded are an error which does not show them", () => {
    expect(() => splitCredentials("https://me:p%zz@host/v1")).toThrow(/percent-encoded/);
    expect(() => splitCredentials("https://me:p%zz@host/v1")).not.toThrow(/zz/);
  });

  test("never show in a message, however odd", () => {
    const password = fc.string({ minLength: 4, maxLength: 12 }).filter((text) => text.trim().length > 3);
    fc.assert(
      fc.property(password, (text) => {
        expect(maskCredentials(`https://me:${text}@host:99999`)).toBe("https://***@host:99999");
        expect(maskCredentials(`me:${text}@host`)).toBe("***@host");
      }),
    );
  });

  test("masking leaves other text alone", () => {
    expect(maskCredentials("http://host:8000/v1")).toBe("http://host:8000/v1");
  });
});
