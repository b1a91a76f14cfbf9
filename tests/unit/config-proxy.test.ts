import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { findProxy } from "../../src/config/proxy.ts";
import { UserError } from "../../src/config/user-error.ts";

const given = (proxy: string) => findProxy({ proxy, proxyFromEnv: false }, {});
const fromEnvironment = (url: string, env: Record<string, string>) =>
  findProxy({ proxyFromEnv: true, url }, env)?.url ?? null;

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "";
}

describe("--proxy", () => {
  test.each([
    ["http://proxy:3128", "http://proxy:3128/", null],
    ["https://proxy", "https://proxy/", null],
    ["proxy:3128", "http://proxy:3128/", null],
    ["[::1]:3128", "http://[::1]:3128/", null],
    ["http://me:a%3Ab@proxy:1", "http://proxy:1/", "me:a:b"],
    ["me:pw@proxy:1", "http://proxy:1/", "me:pw"],
  ])("%s", (text, url, credentials) => {
    expect(given(text)).toEqual({ url, credentials });
  });

  test.each(["socks5://me:hunter2@proxy:1080", "http://me:hunter2@proxy:999999", "me:hunter2@", "ftp://hunter2@h"])(
    "%s is refused, its password not shown",
    (text) => {
      const message = messageOf(() => given(text));
      expect(message).toStartWith("--proxy: ");
      expect(message).not.toContain("hunter2");
    },
  );

  test("whatever is given: a proxy or a UserError", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => {
        const message = messageOf(() => expect(given(text)?.url).toMatch(/^https?:/));
        expect(message).not.toContain("undefined");
      }),
    );
  });
});

describe("--proxy-from-env", () => {
  const all = { http_proxy: "a:1", HTTP_PROXY: "b:1", https_proxy: "c:1", HTTPS_PROXY: "d:1", ALL_PROXY: "e:1" };

  test("the scheme's own variable, small letters first, then ALL_PROXY", () => {
    expect(fromEnvironment("http://h", all)).toBe("http://a:1/");
    expect(fromEnvironment("https://h", all)).toBe("http://c:1/");
    expect(fromEnvironment("https://h", { ...all, https_proxy: "" })).toBe("http://d:1/");
    expect(fromEnvironment("https://h", { ALL_PROXY: "e:1", all_proxy: "f:1" })).toBe("http://f:1/");
    expect(fromEnvironment("https://h", { HTTP_PROXY: "b:1" })).toBeNull();
    expect(fromEnvironment("http://h", {})).toBeNull();
  });

  test("an address without a scheme is http's", () => {
    expect(fromEnvironment("host:8000", { HTTP_PROXY: "b:1", NO_PROXY: "other" })).toBe("http://b:1/");
    expect(fromEnvironment("host:8000", { HTTP_PROXY: "b:1", NO_PROXY: "host" })).toBeNull();
  });

  test("nothing of it counts unless it is asked for", () => {
    expect(findProxy({ proxyFromEnv: false, url: "http://h" }, all)).toBeNull();
  });

  test("a mistake names flag and variable, not the password", () => {
    const message = messageOf(() => fromEnvironment("http://h", { all_proxy: "socks5://me:hunter2@p:1" }));
    expect(message).toStartWith("--proxy-from-env: all_proxy: ");
    expect(message).not.toContain("hunter2");
  });
});

describe("NO_PROXY", () => {
  const env = (list: string) => ({ HTTP_PROXY: "p:1", HTTPS_PROXY: "p:1", NO_PROXY: list });
  test.each([
    ["http://api.host.com", "host.com"],
    ["http://api.host.com", ".host.com"],
    ["http://api.host.com", "*.host.com"],
    ["http://host.com", ".HOST.com"],
    ["http://host.com.", "host.com"],
    ["http://h", "a, b  h"],
    ["http://h", "*"],
    ["http://h:8000", "h:8000"],
    ["https://h", "h:443"],
    ["http://127.0.0.1:8000", "localhost,127.0.0.1"],
    ["http://10.1.2.3", "10.0.0.0/8"],
    ["http://10.1.2.3:80", "10.1.2.3:80"],
    ["http://[::1]:8000", "::1"],
    ["http://[::1]:8000", "[::1]"],
    ["http://[::1]:8000", "[::1]:8000"],
    ["http://[fd00::5]", "fd00::/8"],
  ])("%s goes past the proxy by %j", (url, list) => {
    expect(fromEnvironment(url, env(list))).toBeNull();
  });

  test.each([
    ["http://nothost.com", "host.com"],
    ["http://host.com.evil", "host.com"],
    ["http://h:8000", "h:8001"],
    ["http://h", "h:443"],
    ["http://10.1.2.3", "1.2.3"],
    ["http://11.1.2.3", "10.0.0.0/8"],
    ["http://10.1.2.3", "10.0.0.0/99"],
    ["http://10.1.2.3", "10.0.0.0/x"],
    ["http://[::1]:8000", "[::1]:8001"],
    ["http://[::1]", "127.0.0.1"],
    ["http://h", ""],
    ["http://h", " , "],
  ])("%s goes through it in spite of %j", (url, list) => {
    expect(fromEnvironment(url, env(list))).toBe("http://p:1/");
  });

  test("in small letters first", () => {
    expect(fromEnvironment("http://h", { HTTP_PROXY: "p:1", NO_PROXY: "h", no_proxy: "x" })).toBe("http://p:1/");
  });

  test("no list of any kind is an error", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("http://h", "http://1.2.3.4", "http://[::1]"), (list, url) => {
        expect([null, "http://p:1/"]).toContain(fromEnvironment(url, env(list)));
      }),
    );
  });
});
