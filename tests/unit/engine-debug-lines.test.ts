import { expect, test } from "bun:test";
import { debugLines } from "../../src/engine/debug-lines.ts";
import { finishedOf } from "../../src/engine/finished.ts";
import { Redaction } from "../../src/engine/redaction.ts";
import { chunk, identityOf, readOf, STAGE, sse } from "./engine-fixture.ts";

const wire = {
  url: "http://secret@h/",
  method: "POST",
  headers: { authorization: "Bearer sk-1", "x-trace": "t-1", "content-type": "application/json" },
  body: "b".repeat(5000),
  conversation: null,
};

const NOTHING = new Redaction({ headers: {}, urlCredentials: null, proxyCredentials: null });
const KEY = 'sk-a"0123456789';
const REDACTION = new Redaction({ headers: { "x-api-key": KEY }, urlCredentials: null, proxyCredentials: null });

test("the key is in no line, wherever the excerpts are cut and whatever the reply was", () => {
  for (let before = 0; before < 700; before += 7) {
    const text = "w".repeat(before) + KEY + "w".repeat(650);
    const body = JSON.stringify({ said: text });
    const read = readOf({ pieces: [sse(chunk({ content: text }), "[DONE]")] });
    const lines = debugLines({ ...wire, body }, finishedOf(read, STAGE, identityOf()), REDACTION).join("\n");
    expect(lines).not.toMatch(/sk-a|0123456789/);
  }
});

test("one line for the request, one for the reply; values of headers are masked, long texts cut", () => {
  const pieces = [sse(...Array.from({ length: 50 }, () => chunk({ content: "word" })), "[DONE]")];
  const lines = debugLines(wire, finishedOf(readOf({ pieces }), STAGE, identityOf()), NOTHING);
  expect(lines).toHaveLength(2);
  const [request, reply] = lines as [string, string];
  expect(request).toContain("request 1: POST http://127.0.0.1:8000/v1/chat/completions");
  expect(request).toContain("authorization: ***, x-trace: ***, content-type: application/json");
  expect(lines.join()).not.toMatch(/sk-1|t-1|secret/);
  expect(reply).toContain("reply 1: HTTP 200");
  expect(reply).toContain("50 output chunks, success");
  for (const line of lines) expect(line.length).toBeLessThan(1000);
});

test("a failure by its kind and message", () => {
  const lines = debugLines(wire, finishedOf(readOf({ status: 503, pieces: ["busy"] }), STAGE, identityOf()), NOTHING);
  expect(lines[1]).toContain("HTTP 503, 4 bytes, 0 output chunks, http_5xx: HTTP 503; busy");
});
