import { expect, test } from "bun:test";
import fc from "fast-check";
import { mostWithin, outlineOf } from "../../src/load/outline.ts";
import { dealt, timesOf } from "../../src/load/schedules.ts";
import { mostASecond, rampOf, rateOf } from "../../src/load/shape.ts";
import { CLOSED, rated } from "./load-fixture.ts";

const NO_FILE = () => {
  throw new Error("no file is to be read");
};

function taken(turn: number, engines: number, times: number[]): number[] {
  const schedule = dealt(times.values(), { turn, engines });
  const own: number[] = [];
  for (let due = schedule.next(); due !== "end" && due !== "later"; due = schedule.next()) own.push(due.atMs / 1000);
  expect(schedule.next()).toBe("end");
  return own;
}

test("arrival k is engine k mod N's, and all of them together are the load, whatever N", () => {
  const times = fc.array(fc.nat(1000), { maxLength: 60 }).map((list) => list.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 7 }), (all, engines) => {
      for (let turn = 0; turn < engines; turn++) {
        expect(taken(turn, engines, all)).toEqual(all.filter((_, k) => k % engines === turn));
      }
    }),
  );
});

test("every engine draws the same times from the same seed", () => {
  const shape = rated(100, "poisson");
  const draw = (turn: number, engines: number, count: number) => {
    const schedule = dealt(timesOf(shape, 5, NO_FILE), { turn, engines });
    return Array.from({ length: count }, () => {
      const due = schedule.next();
      return due === "end" || due === "later" ? null : due.atMs;
    });
  };
  const whole = draw(0, 1, 300);
  for (const turn of [0, 1, 2]) expect(draw(turn, 3, 100)).toEqual(whole.filter((_, k) => k % 3 === turn));
});

test("a list's times are what the file holds", () => {
  const shape = { kind: "listed", file: "f", count: 3, lastS: 2, mostASecond: 2 } as const;
  expect([...Iterator.from(timesOf(shape, 1, (file) => (file === "f" ? [0, 0.5, 2] : [])))]).toEqual([0, 0.5, 2]);
});

test("what the record says of a shape", () => {
  const course = [
    { from: 0, to: 80, overS: 10 },
    { from: 80, to: 80, overS: 5 },
    { from: 20, to: 20, overS: null },
  ];
  const steps = { ...rated(1), course };
  const listed = { kind: "listed", file: "f", count: 30, lastS: 2, mostASecond: 20 } as const;
  expect([CLOSED, steps, listed, { ...listed, lastS: 0 }].map(rateOf)).toEqual([null, 20, 15, 30]);
  expect([CLOSED, { ...CLOSED, rampS: 5 }, rated(3), steps, listed].map(rampOf)).toEqual([null, 5, null, 15, null]);
  expect([CLOSED, steps, listed].map(mostASecond)).toEqual([null, 80, 20]);
  expect(rampOf({ ...rated(1), course: [{ from: 0, to: 80, overS: 10 }] })).toBe(10);
});

test("an outline is of what falls due, counted to the end that comes first", () => {
  const outline = (number: number | null, durationS: number | null) =>
    outlineOf({ number, durationS }, rated(10), 0, NO_FILE);
  expect(outline(5, null)).toMatchObject({ count: 5, complete: true, firstS: 0, lastS: 0.4, mostASecond: 5 });
  expect(outline(null, 2)).toMatchObject({ count: 20, complete: true });
  expect(outline(30, 2)!.count).toBe(20);
  expect(outline(1, null)!.gaps).toBeNull();
  expect(outline(5, null)!.gaps!.median).toBeCloseTo(0.1, 9);
  expect(outline(0, null)).toBeNull();
  expect(mostWithin([0, 0.5, 0.999, 1, 1.2, 5], 1)).toBe(4);
});
