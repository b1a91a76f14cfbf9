import { expect, test } from "bun:test";
import { scriptEnvironment } from "../../src/script/environment.ts";

test("the limit is raised, keys and proxies stay, and made once it is as it must be", () => {
  const own = { PATH: "/bin", OPENAI_API_KEY: "k", https_proxy: "http://p", NODE_TLS_REJECT_UNAUTHORIZED: "0" };
  const made = scriptEnvironment(own);
  expect(made).toMatchObject({ PATH: "/bin", OPENAI_API_KEY: "k", https_proxy: "http://p" });
  expect(Number(made?.BUN_CONFIG_MAX_HTTP_REQUESTS)).toBeGreaterThan(60_000);
  expect(made).not.toHaveProperty("NODE_TLS_REJECT_UNAUTHORIZED");
  expect(scriptEnvironment(made ?? {})).toBeNull();
});

test("a switch that prints every request with its key is taken out", () => {
  const own = { ...scriptEnvironment({}), BUN_CONFIG_VERBOSE_FETCH: "curl" };
  expect(scriptEnvironment(own)).not.toHaveProperty("BUN_CONFIG_VERBOSE_FETCH");
});

test("Bun's own getters in process.env do not count as set", () => {
  const environment: NodeJS.ProcessEnv = { ...scriptEnvironment({}) };
  Object.defineProperty(environment, "NODE_TLS_REJECT_UNAUTHORIZED", { get: () => undefined, enumerable: true });
  expect(scriptEnvironment(environment)).toBeNull();
});
