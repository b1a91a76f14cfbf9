import { describe, expect, test } from "bun:test";
import type { ApiPlugin } from "../../src/contract/api.ts";
import type { Input } from "../../src/contract/input.ts";
import type { Params } from "../../src/contract/params.ts";
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

  test("to another origin than the run's goes no credential but the plugin's own", async () => {
    const secret = { authorization: "Bearer canary", "x-tenant": "canary", "x-plain": "1" };
    const credentials = {
      origins: ["http://127.0.0.1:8000", "https://second"],
      headers: ["authorization", "x-tenant"],
    };
    const wireTo = async (url: string | undefined, headers?: Record<string, string>) => {
      const api: ApiPlugin = { name: "p", buildRequest: () => ({ body: {}, url, headers }) };
      const input: Input = { ...INPUT, headers: { "X-Api-Key": "canary", "x-own": "2" } };
      const preparer = new Preparer(api, paramsOf(), URL, secret, undefined, false, null, credentials);
      const made = await preparer.prepare(1, input);
      if (made.kind !== "ready") throw new Error(JSON.stringify(made));
      return made.prepared.wire.headers;
    };
    for (const own of [undefined, "http://127.0.0.1:8000/other", "https://second/v1"]) {
      expect(await wireTo(own)).toMatchObject({ ...secret, "x-api-key": "canary", "x-own": "2" });
    }
    for (const elsewhere of ["http://elsewhere/v1", "https://127.0.0.1:8000/", "http://127.0.0.1:8001/"]) {
      const headers = await wireTo(elsewhere, { Authorization: "Bearer theirs" });
      expect(headers).toMatchObject({ "x-plain": "1", "x-own": "2", authorization: "Bearer theirs" });
      expect(JSON.stringify(headers)).not.toContain("canary");
    }
  });

  test("a URL that is none fails its request alone", async () => {
    const made = await preparerOf(() => ({ body: {}, url: "not a url" })).prepare(1, INPUT);
    expect(made).toMatchObject({ kind: "failed", message: expect.stringMatching(/URL/i) as never });
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

test("null skips; a probe's own params go to the plugin", async () => {
  expect(await preparerOf(() => null).prepare(1, INPUT)).toEqual({ kind: "skipped" });
  const made = await preparerOf((_, { maxTokens }) => ({ body: { maxTokens } })).probe(
    INPUT,
    paramsOf({ maxTokens: 1 }),
  );
  expect(made).toMatchObject({ kind: "ready", prepared: { spec: { body: { maxTokens: 1 } } } });
});

describe("what an input says for itself", () => {
  const said = ({ temperature, maxTokens, seed, given }: Params) => ({ body: { temperature, maxTokens, seed, given } });
  const preparer = new Preparer(
    { name: "p", buildRequest: (_, params) => said(params) },
    paramsOf({ temperature: 0, maxTokens: 9, given: ["maxTokens"] }),
    URL,
    {},
  );
  const specOf = async (input: Input) => {
    const made = await preparer.prepare(1, input);
    return made.kind === "ready" ? made.prepared.spec.body : null;
  };

  test("goes before the run's options, and counts as given; other requests keep the run's", async () => {
    const own = { ...INPUT, params: { temperature: 0.5, seed: 3 } };
    const given = ["maxTokens", "temperature", "seed"];
    expect(await specOf(own)).toEqual({ temperature: 0.5, maxTokens: 9, seed: 3, given });
    expect(await specOf(INPUT)).toEqual({ temperature: 0, maxTokens: 9, seed: undefined, given: ["maxTokens"] });
  });

  test("which part it is of and what it was made for go with the request", async () => {
    const made = await preparer.prepare(1, { ...INPUT, part: "a", asked: { promptTokens: 5 } });
    expect(made).toMatchObject({ prepared: { part: "a", asked: { promptTokens: 5 } } });
    const bare = await preparer.prepare(1, INPUT);
    expect(bare.kind === "ready" && ("part" in bare.prepared || "asked" in bare.prepared)).toBe(false);
  });

  test("of a conversation every turn has it", async () => {
    const turns = [{ messages: [{ role: "user", content: "a" }] }];
    const asked = { completionTokens: 7 };
    const input: Input = { kind: "conversation", turns, part: "a", params: { temperature: 1 }, asked };
    const made = await preparer.prepare(1, input);
    expect(made).toMatchObject({ prepared: { part: "a", spec: { body: { temperature: 1 } } } });
    expect(made.kind === "ready" && made.prepared.asked).toEqual(asked);
  });
});

describe("a conversation", () => {
  const input: Input = {
    kind: "conversation",
    turns: [{ messages: [{ role: "user", content: "a" }] }, { messages: [{ role: "user", content: "b" }] }],
  };

  test("its first turn is built ahead, the next one when it is asked for, in rows of its own", async () => {
    const preparer = preparerOf((turn) => ({ body: turn }));
    const first = await preparer.prepare(3, input);
    if (first.kind !== "ready") throw new Error(first.kind);
    const { turn, wire, id } = first.prepared;
    expect([id, turn?.index, wire.conversation]).toEqual([3072, 0, turn!.conversation.id]);
    turn!.conversation.heard({ text: "A", reasoning: "", calls: [] });
    const next = await preparer.turn(turn!.conversation);
    expect(next).toMatchObject({ kind: "ready", prepared: { id: 3073, turn: { index: 1 } } });
    expect(turn!.index).toBe(0);
  });

  test("a turn that its plugin cannot build says whose it is", async () => {
    const broken = preparerOf(() => {
      throw new Error("no");
    });
    const later = preparerOf(() => Promise.reject(new Error("no")));
    for (const preparer of [broken, later]) {
      const made = await preparer.prepare(3, input);
      expect(made).toMatchObject({ kind: "failed", turn: { index: 0, conversation: { arrival: 3 } } });
    }
  });
});
