import { expect, test } from "bun:test";
import fc from "fast-check";
import { sortHeaders, splitHeader } from "../../src/config/headers.ts";
import { Mistakes } from "../../src/config/mistakes.ts";

function sort(...texts: string[]) {
  const mistakes = new Mistakes();
  const headers = sortHeaders(texts, ["X-Tenant"], mistakes);
  return { ...headers, mistakes: mistakes.any ? mistakes.asError().message.split("\n") : [] };
}

test("a pair is cut at its first sign, whichever it is", () => {
  expect(splitHeader("a=b=c")).toEqual({ name: "a", value: "b=c" });
  expect(splitHeader("a: b=c")).toEqual({ name: "a", value: "b=c" });
  expect(splitHeader("a=http://b")).toEqual({ name: "a", value: "http://b" });
  expect(splitHeader("a:b")).toEqual({ name: "a", value: "b" });
  expect(splitHeader("a")).toBeNull();
  expect(splitHeader("=b")).toBeNull();
  expect(splitHeader("a b=c")).toBeNull();
});

test("secret ones apart, in lower case; the rest as written", () => {
  expect(
    sort("X-Trace=1", "AUTHORIZATION=Bearer x", "X-Goog-Api-Key: k", "Api-Key=1", "Cookie=c", "My-Secret=s"),
  ).toEqual({
    open: { "X-Trace": "1" },
    secret: { authorization: "Bearer x", "x-goog-api-key": "k", "api-key": "1", cookie: "c", "my-secret": "s" },
    mistakes: [],
  });
  for (const name of ["Proxy-Authorization", "X-Auth-Token", "X-API-KEY", "db_password"]) {
    expect(sort(`${name}=v`).secret).toEqual({ [name.toLowerCase()]: "v" });
  }
});

test("of a name given twice, in any case, the last stays", () => {
  expect(sort("X-A=1", "x-a=2").open).toEqual({ "x-a": "2" });
});

test("mistakes name the place, not the text", () => {
  const { mistakes } = sort("ok=1", "Bearer hunter2", "hunter2=", "Authorization=hunter2\r\nX: y", "X-A=hunter2\u2603");
  expect(mistakes).toHaveLength(4);
  expect(mistakes[0]).toStartWith("--headers: header 2 of 5 ");
  expect(mistakes.join()).not.toContain("hunter2");
});

test("whatever is accepted can be sent", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          fc.string({ unit: "binary" }).map((text) => `x=${text}`),
        ),
      ),
      (texts) => {
        const { open, secret } = sort(...texts);
        const headers = new Headers({ ...open, ...secret });
        expect([...headers.keys()]).toHaveLength(Object.keys(open).length + Object.keys(secret).length);
      },
    ),
  );
});

test("a header named by --redact is secret, however its name is written", () => {
  expect(sort("x-tenant=a", "X-Team=b")).toEqual({
    open: { "X-Team": "b" },
    secret: { "x-tenant": "a" },
    mistakes: [],
  });
});
