import { expect, test } from "bun:test";
import fc from "fast-check";
import { deltaFault } from "../../src/registry/delta-fault.ts";

test.each<[unknown]>([
  [{ kind: "text", text: "" }],
  [{ kind: "reasoning", text: "x", choice: 3, tokens: 0 }],
  [{ kind: "tool", text: "f" }],
  [{ kind: "usage" }],
  [{ kind: "usage", promptTokens: 1, completionTokens: undefined, cachedTokens: null }],
  [{ kind: "finish", reason: "stop", choice: 0 }],
  [{ kind: "error", message: "" }],
  [{ kind: "malformed", message: "x" }],
  [{ kind: "items", count: 0 }],
  [{ kind: "end" }],
])("%j is whole", (delta) => {
  expect(deltaFault(delta)).toBeNull();
});

test.each<[unknown, string]>([
  [null, "null where a delta should be"],
  ["text", '"text" where a delta should be'],
  [{}, "a delta of the kind undefined, which plumb does not know"],
  [{ kind: "End" }, 'a delta of the kind "End", which plumb does not know'],
  [{ kind: "text" }, 'undefined as "text" of a "text" delta: it must be a string'],
  [{ kind: "tool", text: {} }, 'an object as "text" of a "tool" delta: it must be a string'],
  [{ kind: "text", text: "x", tokens: -1 }, '-1 as "tokens" of a "text" delta: it must be a whole number from 0'],
  [{ kind: "text", text: "x", choice: "0" }, '"0" as "choice" of a "text" delta: it must be a whole number from 0'],
  [
    { kind: "usage", promptTokens: Number.NaN },
    'NaN as "promptTokens" of a "usage" delta: it must be a whole number from 0',
  ],
  [{ kind: "items" }, 'undefined as "count" of an "items" delta: it must be a whole number from 0'],
  [{ kind: "finish", reason: null }, 'null as "reason" of a "finish" delta: it must be a string'],
  [{ kind: "error", message: ["x"] }, 'a list as "message" of a "error" delta: it must be a string'],
])("%j is not", (delta, fault) => {
  expect(deltaFault(delta)).toBe(fault);
});

test("anything at all is answered", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.anything(), fc.record({ kind: fc.constantFrom("text", "usage", "finish"), text: fc.anything() })),
      (value) => {
        const fault = deltaFault(value);
        if (fault !== null) expect(fault.length).toBeGreaterThan(5);
      },
    ),
  );
});
