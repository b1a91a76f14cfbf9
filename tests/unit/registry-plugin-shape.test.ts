import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readPlugins } from "../../src/registry/plugin-shape.ts";

const build = () => ({ body: {} });
const API = { name: "mine", buildRequest: build };
const DATASET = { name: "lines", *buildMessages() {} };

describe("readPlugins", () => {
  test("tells the kind by the shape, of objects and of instances", () => {
    class Mine {
      name = "instance";
      buildRequest() {
        return null;
      }
    }
    const { plugins, faults } = readPlugins([API, DATASET, new Mine()]);
    expect(faults).toEqual([]);
    expect(plugins.map(({ kind }) => kind)).toEqual(["api", "dataset", "api"]);
  });

  test.each<[string, unknown, string]>([
    ["nothing", undefined, "nothing is exported by default"],
    ["a function", build, "a function is exported by default"],
    ["an empty list", [], "the default export is an empty list"],
    ["neither kind", { name: "x" }, "buildRequest (of an API) or buildMessages (of a dataset) is missing"],
    ["an API without its method", { name: "x", reader: build }, "buildRequest is missing"],
    ["a dataset without a name", { ...DATASET, name: undefined }, "name is missing"],
    ["a name with a space", { ...API, name: "a b" }, "name must be a string without spaces"],
    ["a name like a flag", { ...API, name: "-x" }, "name must be"],
    ["a method that is none", { ...API, buildRequest: "x" }, "buildRequest is a string: it must be a function"],
    ["aliases that are none", { ...API, aliases: "x" }, "aliases must be a list of names"],
    ["an alias that is none", { ...API, aliases: [5] }, "aliases is wrong: each must be a string"],
    ["an unknown framing", { ...API, framing: "xml" }, "framing must be one of sse, ndjson, body"],
    ["an unknown product", { ...API, produces: "x" }, "produces must be one of text, embedding, ranking, other"],
    ["an endpoint that is none", { ...API, endpoint: 5 }, "endpoint must be a string or a function"],
    ["a key header that is none", { ...API, keyHeader: "x" }, "keyHeader must be { name, prefix? }"],
    ["a slip", { ...API, parseResponse: build }, "parseResponse is nothing that plumb knows: is parseResponses meant?"],
    ["options of no type", { ...API, options: { a: {} } }, "options.a.type must be one of"],
    [
      "options of a wrong default",
      { ...API, options: { a: { type: "number", default: "1" } } },
      "options.a.default must",
    ],
    ["options of a half schema", { ...API, options: { "~standard": {} } }, 'options["~standard"].validate must be'],
    ["the second of a list", [API, { name: "x" }], "plugin 2: buildRequest (of an API)"],
  ])("%s is refused, by the member's name", (_, exported, fault) => {
    const { faults } = readPlugins(exported);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });

  test("members of the author's own are fine", () => {
    expect(readPlugins({ ...API, cache: new Map(), prompts: ["x"] }).faults).toEqual([]);
  });

  test("every value is either plugins or faults, and never an exception", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const { plugins, faults } = readPlugins(value);
        expect(plugins.length > 0).toBe(faults.length === 0);
      }),
    );
  });
});
