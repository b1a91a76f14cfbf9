import { expect, test } from "bun:test";
import { summarise } from "../../src/metrics/summary.ts";
import type { RecordedRequest } from "../../src/record/outcome.ts";
import { openRun } from "../../src/record/reader.ts";
import { asVllm } from "../../src/report/as/vllm.ts";
import { recordRun, request, temporaryFolder } from "./record-fixture.ts";

const CHAT = "http://127.0.0.1:8000/v1/chat/completions";
const COMPLETIONS = "http://127.0.0.1:8000/v1/completions";
const chunk = { choices: [{ index: 0, delta: { content: "a" } }] };
const usage = (n: number) => ({ choices: [], usage: { completion_tokens: n } });

function reply(
  id: number,
  events: [micros: number, event: unknown][],
  change: Partial<RecordedRequest["outcome"]> = {},
) {
  const responseMessages = JSON.stringify(events.map(([, event]) => event));
  return request({
    id,
    at: 0,
    times: events.map(([micros]) => micros),
    payload: { responseMessages },
    endpoint: CHAT,
    ...change,
  });
}

function figuresOf(requests: RecordedRequest[]) {
  using folder = temporaryFolder();
  recordRun(folder.file, { requests });
  using reader = openRun(folder.file);
  const { figures, notes } = asVllm(reader, reader.levels()[0]!, summarise(reader).levels[0]!);
  return { ...Object.fromEntries(figures.map(({ name, value }) => [name, value])), notes };
}

/** A role at 40 ms, words at 50 and 70, usage at 110. */
const EVENTS: [number, unknown][] = [
  [40_000, { choices: [{ index: 0, delta: { role: "assistant" } }] }],
  [50_000, chunk],
  [70_000, chunk],
  [110_000, usage(3)],
  [110_000, "[DONE]"],
];

test("chat: the first chunk of any content, and the usage chunk is the end", () => {
  const figures: Record<string, unknown> = figuresOf([reply(1, EVENTS)]);
  expect(figures.mean_ttft_ms).toBeCloseTo(40);
  expect(figures.mean_e2el_ms).toBeCloseTo(110);
  expect(figures.mean_tpot_ms).toBeCloseTo((110 - 40) / 2);
  expect(figures.mean_itl_ms).toBeCloseTo(15);
});

test("completions: only chunks with a choice are timed, and one without any has failed", () => {
  const text = { choices: [{ text: "a" }] };
  const figures: Record<string, unknown> = figuresOf([
    reply(
      1,
      [
        [50_000, text],
        [70_000, text],
        [110_000, usage(2)],
      ],
      { endpoint: COMPLETIONS },
    ),
    reply(2, [[110_000, usage(2)]], { endpoint: COMPLETIONS }),
  ]);
  expect(figures.completed).toBe(1);
  expect(figures.mean_e2el_ms).toBeCloseTo(70);
  expect(figures.mean_tpot_ms).toBeCloseTo(20);
});

test("percentiles between two ranks, deviation by n, chunks for tokens where usage is missing", () => {
  const at = (id: number, first: number) =>
    reply(id, [
      [first * 1000, chunk],
      [(first + 10) * 1000, chunk],
    ]);
  const figures: Record<string, unknown> = figuresOf([at(1, 10), at(2, 20), at(3, 30), at(4, 40)]);
  expect(figures.median_ttft_ms).toBeCloseTo(25);
  expect(figures.p99_ttft_ms).toBeCloseTo(30 + 10 * 0.97);
  expect(figures.std_ttft_ms).toBeCloseTo(Math.sqrt(125));
  expect(figures.mean_tpot_ms).toBeCloseTo(10);
  expect((figures["output_throughput (tok/s)"] as number) * (figures["duration (s)"] as number)).toBeCloseTo(8);
});

test("an error in a stream and a missing end go unseen, a reset and a status do not; no stream is left out, and said", () => {
  const failed = (kind: "stream_error" | "truncated" | "reset") => ({
    ending: { ok: false, kind, message: "" } as const,
  });
  const figures = figuresOf([
    reply(1, EVENTS, failed("stream_error")),
    reply(2, EVENTS, failed("truncated")),
    reply(3, EVENTS, failed("reset")),
    reply(4, EVENTS, { status: 500, ending: { ok: false, kind: "http_5xx", message: "" } }),
    reply(5, [[9000, { choices: [{}] }]], { isStream: false }),
  ]);
  expect((figures as Record<string, unknown>).completed).toBe(2);
  expect(figures.notes.join()).toMatch(/1 replies that were no streams/);
});
