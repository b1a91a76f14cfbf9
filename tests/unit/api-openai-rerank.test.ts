import { describe, expect, test } from "bun:test";
import api from "../../plugins/api/openai_rerank.ts";
import { ALL, bodyOf, expectHardy, kinds, plain, readBody, readerOf, SAID } from "./api-fixture.ts";

describe("the request", () => {
  test("a query and documents", async () => {
    const input = { kind: "rerank" as const, query: "q", documents: ["a", "b"] };
    expect(await bodyOf(api, input, { ...ALL, extraArgs: { top_n: 1 } })).toEqual({
      model: "m",
      query: "q",
      documents: ["a", "b"],
      top_n: 1,
    });
  });
  test("a text asks where the documents are given", async () => {
    const extraArgs = { documents: ["a"] };
    expect(await bodyOf(api, SAID, { extraArgs })).toEqual({ model: "m", query: "hi", documents: ["a"] });
    await expect(bodyOf(api, SAID)).rejects.toThrow(/openai_rerank cannot rank .* "messages".*--extra-args/);
    await expect(bodyOf(api, { kind: "texts", texts: [] }, { extraArgs })).rejects.toThrow(/cannot send .* "texts"/);
  });
  test("a raw body is as it is", async () => {
    const body = { query: "q", documents: [{ text: "a" }] };
    expect(await bodyOf(api, { kind: "raw", body })).toEqual({ model: "m", ...body });
  });
});

const asked = readerOf(api, { body: { documents: ["a", "b", "c"] } });
const results = [{ index: 2, relevance_score: 0.9 }];

describe("the reply", () => {
  test("all documents were ranked, however few come back; tokens under any of their names", () => {
    expect(plain(readBody(asked, { results, usage: { total_tokens: 12 } }))).toEqual([
      { kind: "usage", promptTokens: 12 },
      { kind: "items", count: 3 },
      { kind: "end" },
    ]);
    const counted = (more: object) => plain(readBody(asked, { results, ...more }).slice(0, 1));
    expect(counted({ usage: { prompt_tokens: 10, total_tokens: 12 } })).toEqual([{ kind: "usage", promptTokens: 10 }]);
    expect(counted({ meta: { tokens: { input_tokens: 8 } } })).toEqual([{ kind: "usage", promptTokens: 8 }]);
    expect(counted({ meta: { billed_units: { search_units: 1 } } })).toEqual([{ kind: "usage" }]);
  });
  test("no results, an error, something else", () => {
    expect(kinds(readBody(asked, { results: [] }))).toEqual(["malformed"]);
    expect(kinds(readBody(asked, { results: [1] }))).toEqual(["malformed"]);
    expect(kinds(readBody(asked, { data: [] }))).toEqual(["malformed"]);
    expect(readBody(asked, { error: "no" })).toEqual([{ kind: "error", message: "no" }]);
  });
});

test("hostile replies", () => {
  expectHardy(api, ["results", "meta", "tokens", "total_tokens", "billed_units"], { body: { documents: ["a"] } });
});
