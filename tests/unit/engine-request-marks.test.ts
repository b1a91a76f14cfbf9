import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import type { MarksConfig } from "../../src/config/conversation.ts";
import { Conversation } from "../../src/engine/conversation.ts";
import { Preparer } from "../../src/engine/prepared.ts";
import { RequestMarks } from "../../src/engine/request-marks.ts";
import { paramsOf } from "./run-fixture.ts";

const input = { kind: "conversation" as const, turns: [{ messages: [] }] };
const manner = { api: {}, applyChatTemplate: true, keepReasoning: false };
const talk = new Conversation(2, "run-c2", input, manner);

function marksOf(changed: Partial<MarksConfig> = {}, taken: Record<string, string> = {}): RequestMarks {
  return new RequestMarks({ sessionHeader: null, requestIds: null, traceparent: false, ...changed }, "run", taken);
}

test("by default conversations have request ids, single requests no headers of their own", () => {
  expect(marksOf().headers(5, null)).toBeNull();
  expect(marksOf().headers(5, talk)).toEqual({ "x-request-id": "run-5" });
  expect(marksOf({ requestIds: true }).headers(5, null)).toEqual({ "x-request-id": "run-5" });
  expect(marksOf({ requestIds: false }).headers(5, talk)).toBeNull();
});

test("the session's header has the conversation's id, and what the user gave himself stays", () => {
  const marks = marksOf({ sessionHeader: "x-session-id" });
  expect(marks.headers(5, talk)).toEqual({ "x-request-id": "run-5", "x-session-id": "run-c2" });
  expect(marks.headers(5, null)).toBeNull();
  const own = marksOf({ sessionHeader: "x-session-id" }, { "x-session-id": "mine", "x-request-id": "mine" });
  expect(own.headers(5, talk)).toBeNull();
});

test("a conversation is one trace, its requests spans of it; the ids can be made again from the record", () => {
  const hash = (text: string, digits: number) => createHash("sha256").update(text).digest("hex").slice(0, digits);
  const marks = marksOf({ traceparent: true, requestIds: false });
  const of = (row: number, conversation: Conversation | null) => marks.headers(row, conversation)?.traceparent;
  expect(of(5, talk)).toBe(`00-${hash("run-c2", 32)}-${hash("run-5", 16)}-01`);
  expect(of(6, talk)?.slice(0, 36)).toBe(of(5, talk)!.slice(0, 36));
  expect(of(6, talk)).not.toBe(of(5, talk));
  expect(of(5, null)).toBe(`00-${hash("run-5", 32)}-${hash("run-5", 16)}-01`);
});

test("a plugin's own headers go before them, and single requests share one header object", async () => {
  const api = { name: "p", buildRequest: () => ({ headers: { "X-Request-Id": "own" }, body: {} }) };
  const made = await new Preparer(api, paramsOf(), "http://h/", {}, marksOf()).prepare(1, input);
  expect(made).toMatchObject({ kind: "ready", prepared: { wire: { headers: { "x-request-id": "own" } } } });
  const plain = new Preparer({ name: "p", buildRequest: () => ({ body: {} }) }, paramsOf(), "http://h/", {}, marksOf());
  const [a, b] = [1, 2].map((id) => plain.prepare(id, { kind: "prompt", prompt: "" }));
  expect(Bun.deepEquals(a, b)).toBe(false);
  const headersOf = (one: typeof a) => (one as { prepared: { wire: { headers: object } } }).prepared.wire.headers;
  expect(headersOf(a)).toBe(headersOf(b));
});
