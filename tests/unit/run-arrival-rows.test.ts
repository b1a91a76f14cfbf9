import { expect, test } from "bun:test";
import { arrivalOf, endsArrival, firstRowOf } from "../../src/run/arrival-rows.ts";
import { configOf } from "./run-fixture.ts";

const conversations = { multiTurn: true, minTurns: null, maxTurns: null, users: null, keepReasoning: false };
const FAILED = { ok: false, kind: "reset", message: "" } as const;

test("a single request has the row of its arrival's number, a conversation 1,024 rows to itself", () => {
  expect(firstRowOf(7, configOf())).toBe(7);
  expect(firstRowOf(7, configOf({ conversations }))).toBe(7168);
  expect(arrivalOf({ id: 7, turn: null })).toBe(7);
  expect(arrivalOf({ id: 7168, turn: 0 })).toBe(7);
  expect(arrivalOf({ id: 7168 + 1023, turn: 1023 })).toBe(7);
});

test("an arrival ends with its only request, its last turn, or one that fails", () => {
  expect(endsArrival({ turn: null, turns: null, ending: { ok: true } })).toBe(true);
  expect(endsArrival({ turn: 1, turns: 3, ending: { ok: true } })).toBe(false);
  expect(endsArrival({ turn: 2, turns: 3, ending: { ok: true } })).toBe(true);
  expect(endsArrival({ turn: 1, turns: 3, ending: FAILED })).toBe(true);
});
