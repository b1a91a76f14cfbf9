import { expect, test } from "bun:test";
import fc from "fast-check";
import { NdjsonSplitter } from "../../src/transport/ndjson.ts";
import { withCuts } from "./split-text.ts";

function parse(pieces: string[]): string[] {
  const events: string[] = [];
  const splitter = new NdjsonSplitter((data, name) => {
    expect(name).toBeUndefined();
    events.push(data);
  });
  for (const piece of pieces) splitter.feed(piece);
  splitter.flush();
  return events;
}

const line = fc.oneof(fc.json(), fc.constantFrom("", "  ", '{"text":"你😀\\n"}', "not json", '{"cut":'));
const body = fc
  .tuple(fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n"))), line)
  .map(([lines, last]) => lines.flat().join("") + last);

test("every line with something on it is an event, however the text is cut", () => {
  fc.assert(
    fc.property(withCuts(body), ({ whole, pieces }) => {
      const lines = whole.split("\n").map((text) => text.trim());
      const events = lines.filter((text) => text !== "");
      expect(parse([whole])).toEqual(events);
      expect(parse(pieces)).toEqual(events);
      expect(parse([...whole])).toEqual(events);
    }),
  );
});

test("a line is given with its end, the last one without an end when the body has ended", () => {
  const events: string[] = [];
  const splitter = new NdjsonSplitter((data) => events.push(data));
  splitter.feed('{"a":1}');
  expect(events).toEqual([]);
  splitter.feed('\n{"b"');
  expect(events).toEqual(['{"a":1}']);
  splitter.feed(":2}");
  splitter.flush();
  splitter.flush();
  expect(events).toEqual(['{"a":1}', '{"b":2}']);
});

test("records of a JSON sequence lose their separator, wherever it is cut off", () => {
  expect(parse(['\u001e{"a":1}\n\u001e', '{"b":2}\n'])).toEqual(['{"a":1}', '{"b":2}']);
});

test("a line of a million pieces is read in linear time", () => {
  const splitter = new NdjsonSplitter((data) => expect(data.length).toBe(1_000_000));
  for (let piece = 0; piece < 1_000_000; piece++) splitter.feed("x");
  splitter.flush();
  expect.assertions(1);
});
