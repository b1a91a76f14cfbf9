import { describe, expect, test } from "bun:test";
import type { ApiPlugin } from "../../src/contract/api.ts";
import type { Input } from "../../src/contract/input.ts";
import { Preparer } from "../../src/engine/prepared.ts";
import { paramsOf } from "./run-fixture.ts";

const URL = "http://127.0.0.1:8000/v1/chat/completions";
const INPUT: Input = { kind: "prompt", prompt: "Hi" };

function preparerOf(buildRequest: ApiPlugin["buildRequest"], headers: Record<string, string> = {}): Preparer {
  return new Preparer({ name: "p", buildRequest }, paramsOf(), URL, headers);
}

async function wireOf(buildRequest: ApiPlugin["buildRequest"], headers?: Record<string, string>, input = INPUT) {
  const made = await preparerOf(buildRequest, headers).prepare(7, input);
  if (made.kind !== "ready") throw new Error(JSON.stringify(made));
  expect(made.prepared.id).toBe(7);
  return made.prepared.wire;
}

describe("the request on the wire", () => {
  test("the run's URL and POST unless the plugin says otherwise; the body as JSON, a string as it is", async () => {
    expect(await wireOf(() => ({ body: { a: "é" } }))).toMatchObject({ url: URL, method: "POST", body: '{"a":"é"}' });
    expect(await wireOf(async () => ({ body: "as it is" }))).toMatchObject({ body: "as it is" });
    expect(await wireOf(() => ({ body: undefined, method: "GET", url: "http://h/x" }))).toMatchObject({
      url: "http://h/x",
      method: "GET",
      body: null,
    });
  });

  test("headers: ours, the run's, the plugin's, the input's, each before the ones it follows, in any case", async () => {
    const input: Input = { ...INPUT, headers: { "X-Three": "input" } };
    const request = { body: {}, headers: { "X-Two": "plugin", "x-three": "plugin", Accept: "text/event-stream" } };
    const wire = await wireOf(() => request, { "X-One": "run", "x-two": "run", "CONTENT-TYPE": "text/x" }, input);
    expect(wire.headers).toEqual({
      "content-type": "text/x",
      accept: "text/event-stream",
      "accept-encoding": "identity",
      "x-one": "run",
      "x-two": "plugin",
      "x-three": "input",
    });
  });

  test("a run's common headers are one object, which nobody's own headers touch", async () => {
    const preparer = preparerOf((input) => ({ body: {}, ...(input.kind === "raw" ? { headers: { a: "1" } } : {}) }));
    const headersFor = async (input: Input) => {
      const made = await preparer.prepare(1, input);
      return made.kind === "ready" ? made.prepared.wire.headers : null;
    };
    const shared = await headersFor(INPUT);
    expect((await headersFor({ kind: "raw", body: {} }))?.a).toBe("1");
    expect(await headersFor(INPUT)).toBe(shared);
    expect(shared).not.toHaveProperty("a");
  });
});

describe("a plugin's mistakes are failures of the one request, with their place", () => {
  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("no such kind");
      },
    ],
    ["rejects", () => Promise.reject(new TypeError("later"))],
    [
      "throws a text",
      () => {
        throw "just so";
      },
    ],
    [
      "throws nothing that has a text",
      () => {
        throw Object.create(null);
      },
    ],
    ["gives nothing", () => {}],
    ["gives a body that is no JSON", () => ({ body: { n: 1n } })],
    [
      "gives a body in a circle",
      () => {
        const body: Record<string, unknown> = {};
        body.self = body;
        return { body };
      },
    ],
  ])("%s", async (_, build) => {
    const made = await preparerOf(build as ApiPlugin["buildRequest"]).prepare(1, INPUT);
    expect(made.kind).toBe("failed");
    if (made.kind === "failed") expect(made.message.length).toBeGreaterThan(3);
  });

  test("the message names the file", async () => {
    const made = await preparerOf(() => {
      throw new Error("boom");
    }).prepare(1, INPUT);
    expect(made).toMatchObject({
      kind: "failed",
      message: expect.stringMatching(/^boom \(at .*engine-prepared/) as never,
    });
  });
});

test("who forgets the return is told so", async () => {
  const forgetful = (() => {}) as unknown as ApiPlugin["buildRequest"];
  const made = await preparerOf(forgetful).prepare(1, INPUT);
  expect(made).toMatchObject({ message: expect.stringContaining("gave undefined, not { body } or null") as never });
});

test("null skips; params of the caller's own go to the plugin", async () => {
  expect(await preparerOf(() => null).prepare(1, INPUT)).toEqual({ kind: "skipped" });
  const made = await preparerOf((_, { maxTokens }) => ({ body: { maxTokens } })).prepare(
    1,
    INPUT,
    paramsOf({ maxTokens: 1 }),
  );
  expect(made).toMatchObject({ kind: "ready", prepared: { spec: { body: { maxTokens: 1 } } } });
});
