import { expect, test } from "bun:test";
import fc from "fast-check";
import { differenceOf } from "../../src/engine/body-difference.ts";
import type { BodyDifference } from "../../src/record/outcome.ts";

/** What the record's view does in SQL. */
function bodyFrom({ shared, tail, end }: BodyDifference, earlier: string): string {
  const characters = [...earlier];
  return characters.slice(0, shared).join("") + tail + characters.slice(characters.length - end).join("");
}

const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "😀", "😁", "\ud83d", "\ude00"), maxLength: 30 });

test("any two bodies: the later one comes back from the earlier one and the difference", () => {
  let shared = 0;
  fc.assert(
    fc.property(text, text, text, text, (front, a, b, back) => {
      const [earlier, body] = [front + a + back, front + b + back];
      const difference = differenceOf(body, earlier, 7);
      if (difference === null) return;
      shared++;
      expect(bodyFrom(difference, earlier)).toBe(body);
    }),
    { numRuns: 5000 },
  );
  expect(shared).toBeGreaterThan(4000);
});

test("what a turn adds is all that is kept of it", () => {
  const before = `{"messages":[{"role":"user","content":"😀"}],"model":"m","stream":true}`;
  const after = `{"messages":[{"role":"user","content":"😀"},{"role":"assistant","content":"😁"}],"model":"m","stream":true}`;
  expect(differenceOf(after, before, 3)).toEqual({
    previous: 3,
    shared: [...`{"messages":[{"role":"user","content":"😀"}`].length,
    tail: `,{"role":"assistant","content":"😁"}`,
    end: `],"model":"m","stream":true}`.length,
  });
});

test("the same body again, and bodies that share more than a stretch of memory", () => {
  const long = `{"messages":["${"x".repeat(20_000)}"`;
  expect(differenceOf(`${long}]}`, `${long}]}`, 1)).toMatchObject({ shared: long.length + 2, tail: "", end: 0 });
  expect(differenceOf(`${long},1]}`, `${long}]}`, 1)).toMatchObject({ shared: long.length, tail: ",1", end: 2 });
});

test("half a character is not shared: 😀 and 😁 begin alike", () => {
  expect(differenceOf("a😁", "a😀", 1)).toEqual({ previous: 1, shared: 1, tail: "😁", end: 0 });
  // Their last halves are alike.
  expect(differenceOf("\u{1F600}z", "\u{1FA00}z", 1)).toMatchObject({ shared: 0, end: 1 });
});

test("where SQLite would see the end of a text inside it, nothing is shared", () => {
  expect(differenceOf("ab\0c", "ab\0", 1)).toBeNull();
});
