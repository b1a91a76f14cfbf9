import { expect, test } from "bun:test";
import { targetOf } from "../../src/engine/target.ts";
import { configOf } from "./run-fixture.ts";

const config = configOf({ url: "http://h/v1/chat/completions", headers: { "x-a": "1", accept: "x/y" } });

test("the run's headers with the secret ones put back in", () => {
  const secrets = { headers: { authorization: "Bearer k" }, urlCredentials: null, proxyCredentials: null };
  expect(targetOf(config, secrets)).toEqual({
    url: "http://h/v1/chat/completions",
    headers: { "x-a": "1", accept: "x/y", authorization: "Bearer k" },
  });
});

test("credentials of the URL become basic authorization, in UTF-8, unless there is one already", () => {
  const urlCredentials = "üser:pass:word";
  const basic = `Basic ${Buffer.from(urlCredentials, "utf8").toString("base64")}`;
  expect(targetOf(config, { headers: {}, urlCredentials, proxyCredentials: null }).headers.authorization).toBe(basic);
  const secrets = { headers: { authorization: "Bearer k" }, urlCredentials, proxyCredentials: null };
  expect(targetOf(config, secrets).headers.authorization).toBe("Bearer k");
});
