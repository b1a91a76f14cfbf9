import { expect, test } from "bun:test";
import { engineEnvironment } from "../../src/run/engine-environment.ts";

test("everything is handed down but keys, proxies and switched-off certificates, in any case of their letters", () => {
  const environment = engineEnvironment(
    {
      PATH: "/bin",
      HOME: "/home/x",
      NODE_EXTRA_CA_CERTS: "/ca.pem",
      HTTP_PROXY: "http://p",
      http_proxy: "http://p",
      Https_Proxy: "http://p",
      ALL_PROXY: "socks5://p",
      no_proxy: "localhost",
      PLUMB_API_KEY: "k",
      OPENAI_API_KEY: "k",
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
      GONE: undefined,
    },
    64,
  );
  expect(environment).toMatchObject({ PATH: "/bin", HOME: "/home/x", NODE_EXTRA_CA_CERTS: "/ca.pem" });
  const left = Object.keys(environment).filter((name) => /proxy|key|reject|gone/i.test(name));
  expect(left).toEqual([]);
});

test("nothing that would make an engine run a file, print requests, or speak otherwise", () => {
  const hostile = {
    BUN_OPTIONS: "--preload /evil.ts",
    BUN_BE_BUN: "1",
    BUN_INSPECT: "127.0.0.1:0",
    BUN_CONFIG_VERBOSE_FETCH: "curl",
    BUN_FEATURE_FLAG_EXPERIMENTAL_HTTP2_CLIENT: "1",
    BUN_JSC_dumpOptions: "1",
    NODE_OPTIONS: "--require /evil.js",
    NODE_PATH: "/evil",
    JSC_PROFILER_PATH: "/evil",
  };
  expect(engineEnvironment(hostile, 64)).toEqual(engineEnvironment({}, 64));
});

test("the limit that holds requests back is raised, even where the person has set it", () => {
  const { BUN_CONFIG_MAX_HTTP_REQUESTS } = engineEnvironment({ BUN_CONFIG_MAX_HTTP_REQUESTS: "10" }, 64);
  expect(Number(BUN_CONFIG_MAX_HTTP_REQUESTS)).toBeGreaterThanOrEqual(65_535);
});

test("the own environment stays as it was", () => {
  const own = { HTTP_PROXY: "http://p" };
  engineEnvironment(own, 64);
  expect(own).toEqual({ HTTP_PROXY: "http://p" });
});

test("the collector's measure grows with the requests at once, and is the machine's own where there is no bound", () => {
  const measure = (slots: number | null) => engineEnvironment({}, slots).BUN_JSC_forceRAMSize;
  expect(measure(1)).toBe(measure(1000)!);
  expect(Number(measure(4000))).toBe(4 * Number(measure(1000)));
  expect(measure(null)).toBeUndefined();
});
