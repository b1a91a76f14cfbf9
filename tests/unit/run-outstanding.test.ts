import { expect, test } from "bun:test";
import { Outstanding } from "../../src/run/outstanding.ts";

const arrivals = (...ids: number[]) => ids.map((id) => ({ id, input: { kind: "prompt" as const, prompt: "" } }));

test("of what an engine has been given and not finished, the first as many as it has slots were on the wire", () => {
  const outstanding = new Outstanding(2);
  outstanding.given(0, arrivals(0, 2, 4, 6));
  outstanding.given(1, arrivals(1, 3));
  outstanding.sent(0, 0, 10.5);
  outstanding.sent(0, 2, 11);
  outstanding.given(0, arrivals(8, 10));
  outstanding.finished(0, 0);
  expect(outstanding.lost(0, 3).inFlight).toEqual([
    [2, 11, 0],
    [4, null, 0],
    [6, null, 0],
  ]);
  expect(outstanding.lost(1, 64).inFlight).toEqual([
    [1, null, 0],
    [3, null, 0],
  ]);
  expect(outstanding.lost(0, 0).inFlight).toEqual([]);
});

test("what has finished or never was is not taken in again", () => {
  const outstanding = new Outstanding(1);
  outstanding.given(0, arrivals(1));
  outstanding.finished(0, 1);
  outstanding.sent(0, 1, 5);
  outstanding.sent(0, 9, 5);
  outstanding.finished(0, 9);
  expect(outstanding.lost(0, 10).inFlight).toEqual([]);
});

test("of a conversation, the turn that was next is what is lost", () => {
  const outstanding = new Outstanding(1);
  outstanding.given(0, arrivals(1));
  outstanding.sent(0, 1, 5);
  outstanding.turned(0, 1, 1);
  expect(outstanding.lost(0, 1).inFlight).toEqual([[1, null, 1]]);
  expect(outstanding.lost(0, null).inFlight).toEqual([]);
  outstanding.sent(0, 1, 6);
  expect(outstanding.lost(0, null).inFlight).toEqual([[1, 6, 1]]);
  outstanding.turned(0, 9, 1);
  expect(outstanding.size).toBe(1);
});
