import { describe, expect, test } from "bun:test";
import { summarise } from "../../src/metrics/summary.ts";
import type { LevelSummary } from "../../src/metrics/summary-model.ts";
import { openRun } from "../../src/record/reader.ts";
import { renderTable } from "../../src/report/render-table.ts";
import { type MadeRequest, recordRun, request, temporaryFolder } from "./record-fixture.ts";

function summaryOf(requests: MadeRequest[]) {
  using folder = temporaryFolder();
  recordRun(folder.file, { requests: requests.map(request) });
  using reader = openRun(folder.file);
  return summarise(reader);
}

const levelOf = (requests: MadeRequest[]): LevelSummary => summaryOf(requests).levels[0]!;
const asked =
  (promptTokens: number, got: number, change: Partial<MadeRequest> = {}) =>
  (id: number): MadeRequest => ({
    ...{ id, at: id, askedPromptTokens: promptTokens, promptTokens: got },
    ...change,
  });
const numbered = (made: ((id: number) => MadeRequest)[]) => made.map((one, index) => one(index + 1));

describe("lengths asked for", () => {
  test("none were: null", () => expect(levelOf([{ id: 1, at: 0 }]).lengths).toBeNull());

  test("beside what came, over the same requests", () => {
    const failed = { ending: { ok: false, kind: "reset", message: "" } } as const;
    const requests = [asked(100, 100), asked(100, 105), asked(100, 106), asked(100, 94), asked(100, 7, failed)];
    const { lengths } = levelOf(numbered(requests));
    expect(lengths!.input).toMatchObject({ requests: 4, exact_share: 0.25, off_by_more_than_5_percent: 0.5 });
    expect(lengths!.input!.asked.mean).toBe(100);
    expect(lengths!.input!.got.mean).toBe((100 + 105 + 106 + 94) / 4);
    expect(lengths!.output).toBeNull();
  });

  test("of replies too", () => {
    const { lengths } = levelOf([{ id: 1, at: 0, askedCompletionTokens: 5, completionTokens: 5 }]);
    expect(lengths).toMatchObject({ input: null, output: { requests: 1, exact_share: 1 } });
  });

  test("the table warns where more than 1% are off by more than 5%", () => {
    const table = (requests: MadeRequest[]) =>
      renderTable(summaryOf(requests), { path: "f", color: false }).replace(/\s+/g, " ");
    const exact = numbered(Array.from({ length: 98 }, () => asked(100, 100)));
    expect(table(exact)).toContain("input 100.0 tokens asked, 100.0 got, each as asked");
    const few = [...exact, asked(100, 200)(99)];
    expect(table(few)).toContain("1.01% of the requests are off");
    expect(table([...exact, ...numbered([asked(100, 103)]).map((one) => ({ ...one, id: 99 }))])).not.toContain(
      "are off",
    );
  });
});

describe("parts", () => {
  test("none: null", () => expect(levelOf([{ id: 1, at: 0 }]).parts).toBeNull());

  test("each has its own figures, whatever it is called", () => {
    const requests: MadeRequest[] = [
      { id: 1, at: 0, part: "it's=a.jsonl", promptTokens: 10 },
      { id: 2, at: 1, part: "it's=a.jsonl", promptTokens: 20 },
      { id: 3, at: 2, part: "openqa", promptTokens: 99 },
      { id: 4, at: 3, part: "openqa", ending: { ok: false, kind: "reset", message: "" } },
    ];
    const { parts } = levelOf(requests);
    expect(parts!.map(({ part, requests, success }) => [part, requests, success])).toEqual([
      ["it's=a.jsonl", 2, 2],
      ["openqa", 2, 1],
    ]);
    expect(parts!.map(({ prompt_tokens }) => prompt_tokens!.mean)).toEqual([15, 99]);
    expect(parts![0]!.ttft_ms).not.toBeNull();
  });
});

describe("models and endpoints", () => {
  test("one of each: null", () => {
    expect(
      levelOf([
        { id: 1, at: 0 },
        { id: 2, at: 1 },
      ]),
    ).toMatchObject({ models: null, endpoints: null });
  });

  test("several: each with its own figures and counts, an unsent one's too", () => {
    const ending = (kind: "reset" | "unsent" | "cancelled_on_purpose") => ({ ok: false, kind, message: "" }) as const;
    const unsent = { ending: ending("unsent"), sentTime: null, completedTime: null };
    const level = levelOf([
      { id: 1, at: 0, model: "it's", promptTokens: 7 },
      { id: 2, at: 1, model: "it's", ending: ending("reset") },
      { id: 3, at: 2, model: "it's", ending: ending("cancelled_on_purpose") },
      { id: 4, at: 3, model: "a", endpoint: "/other", times: [10_000] },
      { id: 5, at: 4, model: "never", ...unsent },
    ]);
    expect(
      level.models!.map(({ model, requests, success, success_rate }) => [model, requests, success, success_rate]),
    ).toEqual([
      ["a", 1, 1, 1],
      ["it's", 3, 1, 0.5],
      ["never", 0, 0, null],
    ]);
    const [a, its, never] = level.models!;
    expect([a!.latency_ms!.mean, its!.latency_ms!.mean, never!.latency_ms]).toEqual([10, 60, null]);
    expect([its!.prompt_tokens!.mean, never!.output_tokens_per_s]).toEqual([7, null]);
    expect(a!.output_tokens_per_s).toBe(1 / level.duration_s!);
    expect(level.endpoints!.map(({ requests }) => requests)).toEqual([1, 3]);
  });
});
