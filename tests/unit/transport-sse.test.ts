import { expect, test } from "bun:test";
import fc from "fast-check";
import { SseSplitter } from "../../src/transport/sse.ts";
import { withCuts } from "./split-text.ts";

interface Event {
  data: string;
  name: string | undefined;
}

function parse(pieces: string[]): Event[] {
  const events: Event[] = [];
  const splitter = new SseSplitter((data, name) => events.push({ data, name }));
  for (const piece of pieces) splitter.feed(piece);
  splitter.flush();
  return events;
}

/** The specification, read line by line on the whole text; an end without a blank line counts as one. */
function specified(text: string): Event[] {
  const events: Event[] = [];
  let data: string[] = [];
  let name: string | undefined;
  for (const line of [...text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/), ""]) {
    if (line === "") {
      if (data.length > 0) events.push({ data: data.join("\n"), name });
      data = [];
      name = undefined;
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    if (field === "event") name = value === "" ? undefined : value;
  }
  return events;
}

const value = fc.constantFrom(
  "",
  " ",
  "{}",
  '{"a":"b"}',
  "[DONE]",
  "text: more",
  "héé",
  "你好",
  "😀👍🏽",
  "  two",
  ":",
);
const line = fc.oneof(
  { weight: 6, arbitrary: value.map((text) => `data: ${text}`) },
  { weight: 2, arbitrary: value.map((text) => `data:${text}`) },
  { weight: 6, arbitrary: fc.constant("") },
  value.map((text) => `event: ${text}`),
  value.map((text) => `: ${text}`),
  fc.constantFrom("data", "id: 7", "retry: 10", "unknown: x", "dat", "datax: 1", " data: y", "event"),
);
const stream = fc
  .record({
    mark: fc.constantFrom("", "\uFEFF"),
    lines: fc.array(fc.tuple(line, fc.constantFrom("\n", "\n", "\n", "\r\n", "\r\n", "\r")), { maxLength: 14 }),
    last: fc.oneof(fc.constant(""), line),
  })
  .map(({ mark, lines, last }) => mark + lines.flat().join("") + last);

test("the events are those of the specification, however the text is cut", () => {
  fc.assert(
    fc.property(withCuts(stream), ({ whole, pieces }) => {
      const events = specified(whole);
      expect(parse([whole])).toEqual(events);
      expect(parse(pieces)).toEqual(events);
      expect(parse([...whole])).toEqual(events);
    }),
    { numRuns: 500 },
  );
});

test("every single cut of a stream with all line ends gives the same events", () => {
  const text = '\uFEFF: hi\r\n\r\nevent: x\rdata: {"a":\rdata: "你😀"}\r\rdata: 2\n\ndata: [DONE]';
  const events = [
    { data: '{"a":\n"你😀"}', name: "x" },
    { data: "2", name: undefined },
    { data: "[DONE]", name: undefined },
  ];
  for (let cut = 0; cut <= text.length; cut++) expect(parse([text.slice(0, cut), text.slice(cut)])).toEqual(events);
});

test("an event is given as soon as its blank line is there, not with the next piece", () => {
  for (const end of ["\n\n", "\r\n\r\n", "\r\r"]) {
    const events: string[] = [];
    const splitter = new SseSplitter((data) => events.push(data));
    splitter.feed(`data: 1${end}`);
    expect(events).toEqual(["1"]);
    splitter.feed(`data: 2${end}`);
    expect(events).toEqual(["1", "2"]);
  }
});

test("a line of a million pieces is read in linear time", () => {
  const events: string[] = [];
  const splitter = new SseSplitter((data) => events.push(data));
  splitter.feed("data: ");
  for (let piece = 0; piece < 1_000_000; piece++) splitter.feed("x");
  splitter.flush();
  expect(events.map((data) => data.length)).toEqual([1_000_000]);
});
