import { expect, test } from "bun:test";
import { Tally } from "../../src/live/tally.ts";
import { request } from "./record-fixture.ts";

const failed = (id: number) =>
  request({ id, at: id, ending: { ok: false, kind: "connect", message: "nobody listens" }, times: [] });

test("a progress that was taken keeps the counts of its moment", () => {
  const tally = new Tally();
  tally.finished([failed(1)]);
  const then = tally.progress();
  tally.finished([failed(2), failed(3)]);
  expect([then.failed, then.errors.get("connect")]).toEqual([1, 1]);
  const now = tally.progress();
  expect([now.failed, now.errors.get("connect")]).toEqual([3, 3]);
});
