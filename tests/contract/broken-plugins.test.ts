import { describe, expect, test } from "bun:test";
import openai from "../../plugins/api/openai.ts";
import type { ApiPlugin, Delta, Reader } from "../../src/contract/api.ts";
import type { DatasetPlugin } from "../../src/contract/dataset.ts";
import { openaiReader } from "../../src/contract/openai-reader.ts";
import type { Params } from "../../src/contract/params.ts";
import { checkApi, checkDataset } from "../../src/registry/contract-suite.ts";

type Request = Awaited<ReturnType<ApiPlugin["buildRequest"]>>;

/** What is found in an API that keeps its contract but for what is changed. */
async function foundIn(changed: Record<string, unknown>): Promise<string> {
  const faults = await checkApi({ ...openai, ...changed });
  return faults.join("\n");
}

/** The good request, spoilt. */
function building(spoil: (body: Record<string, unknown>, params: Params) => unknown) {
  return foundIn({
    buildRequest: async (input: never, params: Params) => {
      const made = (await openai.buildRequest(input, params)) as { body: Record<string, unknown> };
      return spoil(made.body, params) as Request;
    },
  });
}

/** The good reader, spoilt. */
function reading(spoil: (reader: Reader) => unknown) {
  return foundIn({ reader: (request: { body: unknown }) => spoil(openaiReader(request)) });
}

describe("an API's shape", () => {
  test.each<[string, unknown, RegExp]>([
    ["no object", "openai", /exported/],
    ["nothing", undefined, /exported/],
    ["no name", { buildRequest: () => null }, /name/],
    ["a name with a blank", { ...openai, name: "open ai" }, /name/],
    ["aliases that are no list", { ...openai, aliases: "oai" }, /aliases/],
    ["no buildRequest", { name: "x", reader: () => null }, /buildRequest/],
    ["a buildRequest that is none", { ...openai, buildRequest: {} }, /buildRequest/],
    ["an unknown framing", { ...openai, framing: "csv" }, /framing/],
    ["an unknown product", { ...openai, produces: "images" }, /produces/],
    ["options that are none", { ...openai, options: 7 }, /options/],
    ["a dataset", { name: "d", buildMessages: () => [] }, /dataset/],
  ])("%s", async (_, plugin, fault) => {
    expect((await checkApi(plugin)).join("\n")).toMatch(fault);
  });

  test("an endpoint that gives no text, or throws", async () => {
    expect(await foundIn({ endpoint: () => 5 })).toContain("endpoint gives a number");
    const fail = () => {
      throw new Error("no");
    };
    expect(await foundIn({ endpoint: fail })).toContain("endpoint throws");
  });
});

describe("buildRequest", () => {
  test("that breaks down on what it does not expect", async () => {
    const found = await foundIn({
      buildRequest: (input: { messages: { content: string }[] }) => ({ body: input.messages[0]!.content }),
    });
    expect(found).toMatch(/buildRequest of prompt: breaks down/);
  });

  test("that refuses with a word, or skips, is in order", async () => {
    const picky: ApiPlugin["buildRequest"] = (input, params) => {
      if (input.kind === "tokens") return null;
      if (input.kind !== "prompt") throw new Error(`cannot send an input of kind "${input.kind}"`);
      return openai.buildRequest(input, params);
    };
    expect(await foundIn({ buildRequest: picky })).toBe("");
  });

  test("that refuses everything, or without a word", async () => {
    expect(await foundIn({ buildRequest: () => null })).toContain("takes no kind of input at all");
    const mute = () => {
      throw "";
    };
    expect(await foundIn({ buildRequest: mute })).toContain("without a message");
  });

  test.each<[string, (body: Record<string, unknown>, params: Params) => unknown, string]>([
    ["gives nothing", () => undefined, "gives nothing"],
    ["gives the body itself as a text", (body) => JSON.stringify(body), "gives a string"],
    ["forgets the body", () => ({}), "body is missing"],
    ["has a body that is no JSON", (body) => ({ body: { ...body, n: 1n } }), "body is no JSON"],
    ["has a function as body", () => ({ body: () => {} }), "body is a function"],
    ["has headers that are no texts", (body) => ({ body, headers: { "x-count": 5 } }), "headers"],
    ["has headers that no request can have", (body) => ({ body, headers: { "x y": "z" } }), "headers"],
    ["has no URL", (body) => ({ body, url: "/v1/chat" }), "url"],
    ["has no method", (body) => ({ body, method: "post it" }), "method"],
    ["forgets extraArgs", ({ plumb_extra, ...body }) => ({ body }), "extraArgs"],
    ["has the last word over extraArgs", (body, { model }) => ({ body: { ...body, model } }), "extraArgs"],
    ["writes over a raw body", (body) => ({ body: { ...body, written_out: "mine" } }), "raw body"],
    ["has a model of its own", (body) => ({ body: { ...body, model: "best" } }), "model is not params.model"],
    ["streams always", (body) => ({ body: { ...body, stream: true } }), "stream is not params.stream"],
    ["ignores the input's maxTokens", (body, p) => ({ body: { ...body, max_tokens: p.maxTokens } }), "maxTokens"],
    ["changes params", (body, params) => ({ body, x: params.given.push("x") }), "changes params"],
  ])("that %s", async (_, spoil, fault) => {
    expect(await building(spoil)).toContain(fault);
  });

  test("that changes its input", async () => {
    const found = await foundIn({
      buildRequest: (input: { kind: string; maxTokens?: number }, params: Params) => {
        input.maxTokens ??= params.maxTokens;
        return openai.buildRequest(input as never, params);
      },
    });
    expect(found).toContain("changes its input");
  });
});

describe("reader", () => {
  test("that cannot be made, or is none", async () => {
    const fail = () => {
      throw new Error("no reader today");
    };
    expect(await foundIn({ reader: fail })).toContain("reader throws: no reader today");
    expect(await foundIn({ reader: () => ({ event: () => [] }) })).toContain("body is no function");
    expect(await reading((reader) => ({ ...reader, repeatable: "yes" }))).toContain("repeatable");
  });

  test("that is the same for every request", async () => {
    const one = openaiReader({ body: {} });
    expect(await foundIn({ reader: () => one })).toContain("same object for every request");
  });

  test("whose state is everybody's", async () => {
    let events = 0;
    const found = await reading((reader) => ({
      ...reader,
      event: (event: never) => {
        events++;
        return [...reader.event(event), { kind: "text", text: String(events) }];
      },
    }));
    expect(found).toContain("changes how the next is read");
  });

  test("that gives a list which grows from reply to reply", async () => {
    const nothing: Delta[] = [];
    const found = await reading((reader) => ({
      ...reader,
      body: (text: string, json: unknown) => {
        if (json !== undefined) return reader.body(text, json);
        nothing.push({ kind: "malformed", message: text });
        return nothing;
      },
    }));
    expect(found).toContain("changes how the next is read");
  });

  test("that trusts what a server sends", async () => {
    interface Chunk {
      choices: { delta: { content?: string } }[];
    }
    const naive = (json: unknown): Delta[] => {
      const text = (json as Chunk).choices[0]?.delta.content;
      return text === undefined ? [] : [{ kind: "text", text }];
    };
    const found = await foundIn({
      reader: (): Reader => ({ event: ({ json }) => naive(json), body: (_, json) => naive(json) }),
    });
    expect(found).toMatch(/reader: event throws/);
    expect(found).toMatch(/reader: body throws/);
  });

  test("that passes on what is no text, no count, no delta", async () => {
    const giving = (delta: unknown) => reading((reader) => ({ ...reader, event: () => delta }));
    expect(await giving(null)).toContain("gives no list of deltas");
    expect(await giving([{ kind: "texts", text: "x" }])).toContain("which plumb does not know");
    expect(await giving([{ kind: "text", text: 5 }])).toContain("must be a string");
    expect(await giving([{ kind: "usage", completionTokens: "5" }])).toContain("must be a whole number");
  });

  test("that takes strays for the end", async () => {
    const found = await reading((reader) => ({
      ...reader,
      event: (event: Parameters<Reader["event"]>[0]) =>
        event.json === undefined ? [{ kind: "end" }] : reader.event(event),
    }));
    expect(found).toContain("ends the reply");
  });

  test("that promises repeatable and counts its events", async () => {
    const found = await reading((reader) => {
      let texts = 0;
      return {
        ...reader,
        event: (event: never) => {
          const deltas = reader.event(event);
          texts += deltas.filter(({ kind }) => kind === "text").length;
          return deltas.map((delta) => (delta.kind === "finish" ? { ...delta, reason: String(texts) } : delta));
        },
      };
    });
    expect(found).toContain("repeatable");
    expect(found).toContain("it matters how often");
  });

  test("that promises repeatable and tidies the texts up", async () => {
    const found = await reading((reader) => ({
      ...reader,
      event: (event: never) =>
        reader.event(event).map((delta) => ("text" in delta ? { ...delta, text: delta.text.trim() } : delta)),
    }));
    expect(found).toContain("the text that is given is not the one in");
  });

  test("that promises repeatable where texts are cumulative", async () => {
    const found = await foundIn({
      reader: (): Reader => {
        let before = "";
        return {
          event: ({ json }) => {
            const text = (json as { text?: unknown } | null | undefined)?.text;
            if (typeof text !== "string" || !text.startsWith(before)) return [];
            const added = text.slice(before.length);
            before = text;
            return added === "" ? [] : [{ kind: "text", text: added }];
          },
          body: () => [],
          repeatable: true,
        };
      },
    });
    expect(found).toContain("repeatable is promised");
  });
});

describe("a dataset", () => {
  const found = async (buildMessages: unknown, given: Partial<Params> = {}) =>
    (await checkDataset({ name: "d", buildMessages }, given)).join("\n");

  test("that keeps its contract, in each of the ways to write one", async () => {
    const ways: DatasetPlugin["buildMessages"][] = [
      () => ["Hi"],
      function* () {
        for (;;) yield [{ role: "user", content: "Hi" }];
      },
      async function* () {
        yield { kind: "raw", body: { a: 1 } };
      },
      () => new Set(["a", "b"]),
    ];
    for (const way of ways) expect(await found(way)).toBe("");
  });

  test("that is an API, or has a slip in its name", async () => {
    expect((await checkDataset(openai)).join("\n")).toContain("it is an API");
    expect((await checkDataset({ name: "", buildMessages: () => [] })).join("\n")).toContain("name");
  });

  test("that gives nothing, or what cannot be walked through", async () => {
    expect(await found(() => [])).toContain("gives nothing at all");
    expect(await found(() => null)).toContain("must give an iterable");
    expect(await found(async () => ["Hi"])).toContain("must give an iterable");
    expect(await found(() => "Hi")).toContain("must give an iterable");
  });

  test("that fails, at once or on the way", async () => {
    const fail = () => {
      throw new Error("no file");
    };
    expect(await found(fail)).toContain("buildMessages fails: no file");
    const later = function* () {
      yield "Hi";
      throw new Error("line 2");
    };
    expect(await found(later)).toContain("buildMessages fails: line 2");
  });

  test("whose items are nothing that plumb can send", async () => {
    expect(await found(() => ["Hi", 7])).toMatch(/item 2 .*must be a string/);
    expect(await found(() => [{ kind: "prompt" }])).toContain("its prompt must be a string");
    expect(await found(() => [{ kind: "essay", text: "" }])).toContain("does not know");
    expect(await found(() => [[{ content: "Hi" }]])).toContain("the role of message 1");
    expect(await found(() => [() => {}])).toContain("item 1");
  });

  test("that gives something else every time", async () => {
    expect(await found(() => [String(Math.random())])).toContain("second pass gives something else");
    let passes = 0;
    const drained = () => (passes++ < 1 ? ["Hi"] : []);
    expect(await found(drained)).toContain("second pass gives something else");
  });

  test("that follows its seed alone", async () => {
    const seeded = ({ seed }: Params) => [`${seed}`];
    expect(await found(seeded, { seed: 7 })).toBe("");
  });

  test("that changes params", async () => {
    const greedy = (params: Params) => {
      params.datasetArgs.taken = true;
      return ["Hi"];
    };
    expect(await found(greedy)).toContain("changes params");
  });

  test("that gets its defaults", async () => {
    const plugin = {
      name: "d",
      options: { text: { type: "string", default: "Hi" } },
      buildMessages: ({ datasetArgs }: Params) => [datasetArgs.text],
    };
    expect(await checkDataset(plugin)).toEqual([]);
  });
});
