import { expect, test } from "bun:test";
import { addressOf } from "../../src/transport/address.ts";

const DIRECT = { proxy: null, unix: null };

test.each([
  ["http://host/v1/x", { hostname: "host", port: 80 }],
  ["https://host/v1/x", { hostname: "host", port: 443 }],
  ["https://host:8443/", { hostname: "host", port: 8443 }],
  ["http://[::1]:8000/", { hostname: "::1", port: 8000 }],
  ["http://me:key@10.0.0.1/", { hostname: "10.0.0.1", port: 80 }],
])("%s", (url, address) => {
  expect(addressOf(url, DIRECT)).toEqual(address);
});

test("what stands before the service", () => {
  const proxy = "http://proxy:3128/";
  expect(addressOf("https://host/", { proxy, unix: null })).toEqual({ hostname: "proxy", port: 3128 });
  expect(addressOf("https://host/", { proxy: null, unix: "/run/s" })).toEqual({ unix: "/run/s" });
});
