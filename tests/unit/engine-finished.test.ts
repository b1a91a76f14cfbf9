import { describe, expect, test } from "bun:test";
import type { ApiPlugin } from "../../src/contract/api.ts";
import { finishedOf } from "../../src/engine/finished.ts";
import type { Interpretation } from "../../src/engine/interpretation.ts";
import { Redaction } from "../../src/engine/redaction.ts";
import { chunk, identityOf, PLAIN_API, readOf, STAGE, sse } from "./engine-fixture.ts";
import { configOf, paramsOf } from "./run-fixture.ts";

function rowOf(read: Interpretation, config = configOf()) {
  return finishedOf(read, STAGE, identityOf({ config }));
}

const USAGE = { choices: [], usage: { prompt_tokens: 5, completion_tokens: 3 } };
/** Reads 10 ms apart from second 1 on. */
const STREAM = [
  sse(chunk({ role: "assistant", content: "" })),
  sse(chunk({ reasoning: "hm" })),
  sse(chunk({ content: "a" }), chunk({ content: "b" })),
  sse(chunk({}, { finish_reason: "stop" })),
  sse(USAGE),
  sse("[DONE]"),
  ": bye\n\n",
];

describe("a streamed success", () => {
  const { recorded, ...rest } = rowOf(readOf({ pieces: STREAM }));
  const { outcome, payload } = recorded;

  test("latency to the API's own end, TTFT to the first text of any channel, TTFA to the first answer", () => {
    expect(outcome).toMatchObject({ ending: { ok: true }, isStream: true, status: 200, finishReason: "stop" });
    expect(outcome.sentTime).toBe(1);
    expect(outcome.completedTime).toBeCloseTo(1.06, 9);
    expect(outcome.latency).toBeCloseTo(0.06, 9);
    expect(outcome.firstChunkLatency).toBeCloseTo(0.02, 9);
    expect(outcome.firstAnswerLatency).toBeCloseTo(0.03, 9);
    expect(rest.outputSpanS).toBeCloseTo(0.01, 9);
    expect(rest).toMatchObject({ firstChunkTokens: null, reasoningStreamed: true });
  });

  test("its counts", () => {
    const bytes = STREAM.join("").length;
    expect(outcome).toMatchObject({ chunks: 3, coalescedChunks: 1, promptTokens: 5, completionTokens: 3, bytes });
    expect(outcome).toMatchObject({ tokenSource: "usage", requestId: "run-1", id: 1, timePerOutputToken: null });
  });

  test("its texts: arrays of one length, the output in order", () => {
    expect(JSON.parse(payload.responseMessages!)).toHaveLength(7);
    expect(payload.eventTimes).toBe("[10000,20000,30000,30000,40000,50000,60000]");
    expect(payload.eventTokens).toBe("[0,1,1,1,0,0,0]");
    expect(payload.outputText).toBe("hmab");
    expect(payload.request).toBe('{"stream":true}');
  });
});

test("a success without [DONE] is completed by the read with the finish reason", () => {
  const { outcome } = rowOf(readOf({ pieces: [...STREAM.slice(0, 5), ": bye\n\n"] })).recorded;
  expect(outcome.ending).toEqual({ ok: true });
  expect(outcome.completedTime).toBeCloseTo(1.04, 9);
});

test("a failure is completed when it ended, and keeps what arrived", () => {
  const pieces = STREAM.slice(0, 3);
  const { recorded } = rowOf(readOf({ pieces, end: { kind: "reset", message: "gone" } }));
  expect(recorded.outcome).toMatchObject({ ending: { ok: false, kind: "reset" }, chunks: 3, tokenSource: "none" });
  expect(recorded.outcome.latency).toBeCloseTo(0.03, 9);
  expect(recorded.outcome.firstChunkLatency).toBeCloseTo(0.02, 9);
  expect(recorded.outcome.completionTokens).toBeNull();
  expect(JSON.parse(recorded.payload.responseMessages!)).toHaveLength(4);
});

test("a reply that fails although its end came is completed by the body's end", () => {
  const { outcome } = rowOf(readOf({ pieces: [sse("[DONE]"), sse("stray")] })).recorded;
  expect(outcome.ending).toMatchObject({ ok: false, kind: "malformed" });
  expect(outcome.latency).toBeCloseTo(0.02, 9);
});

test("not streamed: the latency stands for the first chunk, and it says that it is no stream", () => {
  const body = JSON.stringify({ choices: [{ message: { content: "Hi" } }], usage: { completion_tokens: 1 } });
  const pieces = [body.slice(0, 20), body.slice(20)];
  const { outcome } = rowOf(readOf({ pieces, headers: { "content-type": "application/json" } })).recorded;
  expect(outcome).toMatchObject({ isStream: false, ending: { ok: true }, chunks: 1 });
  expect(outcome.latency).toBeCloseTo(0.02, 9);
  expect(outcome.firstChunkLatency).toBe(outcome.latency);
  expect(outcome.firstAnswerLatency).toBe(outcome.latency);
});

test("no output: no TTFT, streamed or not", () => {
  const stream = rowOf(readOf({ pieces: [sse(chunk({}, { finish_reason: "stop" }), USAGE)] })).recorded.outcome;
  expect(stream).toMatchObject({ ending: { ok: true }, firstChunkLatency: null, firstAnswerLatency: null });
  const pieces = [JSON.stringify({ choices: [], usage: { completion_tokens: 2 } })];
  const body = rowOf(readOf({ pieces, headers: { "content-type": "application/json" } })).recorded.outcome;
  expect(body).toMatchObject({ ending: { ok: true }, firstChunkLatency: null, firstAnswerLatency: null });
});

test("no reply at all: a stream if one was asked for, and empty arrays", () => {
  const end = { kind: "connect", message: "refused" } as const;
  for (const stream of [true, false]) {
    const { outcome, payload } = rowOf(readOf({ end }), configOf({ params: paramsOf({ stream }) })).recorded;
    expect(outcome).toMatchObject({ isStream: stream, chunks: 0, bytes: 0, firstChunkLatency: null });
    expect(payload).toMatchObject({ responseMessages: "[]", eventTimes: "[]", eventTokens: "[]", outputText: "" });
  }
});

describe("what the record's mode keeps", () => {
  const kept = (record: "full" | "text" | "metrics", pieces: string[]) => {
    const { payload } = rowOf(readOf({ pieces }), configOf({ record })).recorded;
    return Object.entries(payload).flatMap(([name, text]) => (text === null ? [] : [name]));
  };
  const times = ["eventTimes", "eventTokens"];

  test("full: everything; text: no events; metrics: times alone", () => {
    expect(kept("full", STREAM)).toEqual(["request", "responseMessages", ...times, "outputText"]);
    expect(kept("text", STREAM)).toEqual(["request", ...times, "outputText"]);
    expect(kept("metrics", STREAM)).toEqual(times);
  });

  test("texts that main must count go to it in every mode", () => {
    const unreported = STREAM.filter((piece) => piece !== sse(USAGE));
    expect(kept("metrics", unreported)).toEqual(["request", ...times, "outputText"]);
  });
});

test("a secret that the server repeats is not kept", () => {
  const redaction = new Redaction({
    headers: { authorization: "Bearer sk-secret-123" },
    urlCredentials: null,
    proxyCredentials: null,
  });
  const read = readOf({ status: 401, pieces: ['{"error":{"message":"bad key sk-secret-123"}}'] });
  const row = finishedOf(read, STAGE, identityOf({ redaction }));
  expect(JSON.stringify(row)).not.toContain("sk-secret-123");
  expect(row.recorded.outcome.ending).toMatchObject({ message: "HTTP 401; bad key ***" });
});

describe("a reply that is no text", () => {
  const api: ApiPlugin = {
    ...PLAIN_API,
    produces: "embedding",
    framing: "body",
    reader: () => ({
      event: () => [],
      body: () => [
        { kind: "usage", promptTokens: 4 },
        { kind: "items", count: 2 },
        { kind: "items", count: 1 },
        { kind: "end" },
      ],
    }),
  };
  const headers = { "content-type": "application/json" };
  const told = (pieces: string[], status = 200) =>
    finishedOf(readOf({ pieces, headers, status }, api), STAGE, identityOf({ api })).recorded;

  test("has items, and its tokens are counted where its prompt's are", () => {
    const { outcome, payload } = told(["{}"]);
    expect(outcome).toMatchObject({ ending: { ok: true }, items: 3, isStream: false, firstChunkLatency: null });
    expect(outcome).toMatchObject({ tokenSource: "usage", promptTokens: 4, completionTokens: null, chunks: 0 });
    expect(payload.outputText).toBe("");
  });

  test("one that failed was no stream either", () => {
    expect(told(["no"], 500).outcome).toMatchObject({ items: null, isStream: false, tokenSource: "none" });
  });
});

test("a single line of NDJSON is no stream", () => {
  const api: ApiPlugin = {
    ...PLAIN_API,
    framing: "ndjson",
    reader: () => ({ event: ({ data }) => [{ kind: "text", text: data }, { kind: "end" }], body: () => [] }),
  };
  const told = (pieces: string[]) => finishedOf(readOf({ pieces, headers: {} }, api), STAGE, identityOf({ api }));
  expect(told(['{"done":true}']).recorded.outcome).toMatchObject({ isStream: false });
  expect(told(['{"a":1}\n', '{"done":true}\n']).recorded.outcome).toMatchObject({ isStream: true });
});
