import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Framing, framingOf, isTelling, splitterFor } from "../../src/transport/framing.ts";
import { NdjsonSplitter } from "../../src/transport/ndjson.ts";
import { SseSplitter } from "../../src/transport/sse.ts";

const SSE = 'data: {"a":1}\n\n';
const JSON_BODY = '{"choices":[]}';
const HTML = "<!doctype html><html>";

const decisions: [type: string | null, start: string, asked: Framing, framing: Framing | null][] = [
  // The type names the format.
  ["text/event-stream", SSE, "sse", "sse"],
  ["text/event-stream; charset=utf-8", SSE, "sse", "sse"],
  ["Text/Event-Stream", SSE, "ndjson", "sse"],
  ["text/event-stream", JSON_BODY, "sse", "sse"],
  ["application/x-ndjson", "{}\n{}", "sse", "ndjson"],
  ["application/jsonl", "{}\n{}", "ndjson", "ndjson"],
  ["application/json-seq", "\u001e{}", "sse", "ndjson"],
  ["application/stream+json", "{}\n", "sse", "ndjson"],
  ["application/json", JSON_BODY, "sse", "body"],
  ["application/json; charset=utf-8", JSON_BODY, "body", "body"],
  ["application/problem+json", JSON_BODY, "sse", "body"],
  // Ollama: one JSON line after the other, called JSON.
  ["application/json", "{}\n{}", "ndjson", "ndjson"],
  // The type says nothing useful: the text does.
  ["text/plain", SSE, "sse", "sse"],
  [null, SSE, "sse", "sse"],
  [null, ": ping\n\n", "sse", "sse"],
  [null, "event: x\ndata: 1", "sse", "sse"],
  [null, "id: 1\n", "sse", "sse"],
  [null, "retry: 10\n", "sse", "sse"],
  [null, `\uFEFF${SSE}`, "sse", "sse"],
  [null, `\n\n${SSE}`, "sse", "sse"],
  ["application/octet-stream", JSON_BODY, "sse", "body"],
  [null, ` \n [1]`, "sse", "body"],
  [null, '"text"', "body", "body"],
  ["text/plain", '{"a":1}\n{"a":2}', "ndjson", "ndjson"],
  // None of ours.
  ["text/html", HTML, "sse", null],
  ["text/html", JSON_BODY, "sse", null],
  ["application/xml", "<a/>", "sse", null],
  ["text/plain", "Bad gateway", "sse", null],
  [null, HTML, "body", null],
  [null, "", "sse", null],
];

test.each(decisions)("%p beginning %j where %s was asked for: %p", (type, start, asked, framing) => {
  expect(framingOf(type, start, asked)).toBe(framing);
});

describe("isTelling", () => {
  test("a format's own type tells at once, a plain one with the first six letters", () => {
    expect(isTelling("text/event-stream", "")).toBe(true);
    expect(isTelling("application/json", "{")).toBe(true);
    expect(isTelling("text/html", "")).toBe(true);
    for (const start of ["", "d", "data:", " \n  event"]) expect(isTelling("text/plain", start)).toBe(false);
    for (const start of ["data: ", " \n  event:"]) expect(isTelling(null, start)).toBe(true);
    expect(isTelling(null, " ".repeat(5000))).toBe(true);
  });

  test("what it calls enough is never decided otherwise by what follows", () => {
    const type = fc.constantFrom(null, "text/plain", "application/json", "text/event-stream", "text/html", "x/y");
    const start = fc.constantFrom(
      SSE,
      JSON_BODY,
      HTML,
      "event: x",
      "retry: 1",
      "\uFEFF: c",
      "  \n[1]",
      "retrying",
      "é",
    );
    const asked = fc.constantFrom<Framing>("sse", "ndjson", "body");
    fc.assert(
      fc.property(type, start, fc.string(), fc.nat(12), asked, (contentType, begin, rest, cut, framing) => {
        const whole = begin + rest;
        const known = whole.slice(0, cut);
        if (!isTelling(contentType, known)) return;
        expect(framingOf(contentType, known, framing)).toBe(framingOf(contentType, whole, framing));
      }),
    );
  });
});

test("a stream has a splitter of its own kind, a body none", () => {
  const ignore = () => {};
  expect(splitterFor("sse", ignore)).toBeInstanceOf(SseSplitter);
  expect(splitterFor("ndjson", ignore)).toBeInstanceOf(NdjsonSplitter);
  expect(splitterFor("body", ignore)).toBeNull();
});
