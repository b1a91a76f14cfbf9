import { expect, test } from "bun:test";
import { engineEnvironment } from "../../src/run/engine-environment.ts";

test("everything is handed down but keys, proxies and switched-off certificates, in any case of their letters", () => {
  const environment = engineEnvironment({
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
  });
  expect(environment).toMatchObject({ PATH: "/bin", HOME: "/home/x", NODE_EXTRA_CA_CERTS: "/ca.pem" });
  const left = Object.keys(environment).filter((name) => /proxy|key|reject|gone/i.test(name));
  expect(left).toEqual([]);
});

test("the limit that holds requests back is raised, even where the person has set it", () => {
  const { BUN_CONFIG_MAX_HTTP_REQUESTS } = engineEnvironment({ BUN_CONFIG_MAX_HTTP_REQUESTS: "10" });
  expect(Number(BUN_CONFIG_MAX_HTTP_REQUESTS)).toBeGreaterThanOrEqual(65_535);
});

test("the own environment stays as it was", () => {
  const own = { HTTP_PROXY: "http://p" };
  engineEnvironment(own);
  expect(own).toEqual({ HTTP_PROXY: "http://p" });
});
