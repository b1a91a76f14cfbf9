import { describe, expect, test } from "bun:test";
import trace from "../../plugins/dataset/trace.ts";
import { recordedBodies } from "../../src/dataset/recorded-bodies.ts";
import type { RecordedRequest } from "../../src/record/outcome.ts";
import { itemsOf, user } from "./dataset-fixture.ts";
import { type MadeRequest, recordRun, request, temporaryFolder } from "./record-fixture.ts";

function asked(made: MadeRequest, body: unknown): RecordedRequest {
  return request({ ...made, payload: { request: body === null ? null : JSON.stringify(body) } });
}

const said = (content: string) => ({ role: "user", content });
const answered = (content: string) => ({ role: "assistant", content });
const talk = (id: number, at: number, turn: number, ...messages: unknown[]) =>
  asked({ id, at, conversationId: "c1", turn }, { model: "m", max_tokens: 5, temperature: 0.3, messages });

describe("an earlier run's requests", () => {
  test("come in the order in which they were sent, without the warm-up and what was never built", () => {
    using folder = temporaryFolder();
    const requests = [
      asked({ id: 1, at: 9, phase: "warmup" }, { n: 1 }),
      asked({ id: 2, at: 30 }, { n: 2 }),
      asked({ id: 3, at: 20 }, { n: 3 }),
      asked({ id: 4, at: 25, sentTime: null }, { n: 4 }),
      asked({ id: 5, at: 26 }, null),
    ];
    recordRun(folder.file, { requests });
    expect([...recordedBodies(folder.file)].map(({ body, requestId }) => [body, requestId])).toEqual([
      ['{"n":3}', "r-3"],
      ['{"n":2}', "r-2"],
    ]);
  });

  test("of a conversation stand together, from when it began", () => {
    using folder = temporaryFolder();
    const requests = [
      talk(10, 5, 1, said("a1"), answered("x"), said("a2")),
      talk(11, 1, 0, said("a1")),
      asked({ id: 20, at: 3, conversationId: "c2", turn: 0 }, { n: 1 }),
    ];
    recordRun(folder.file, { requests });
    expect([...recordedBodies(folder.file)].map(({ requestId, conversation }) => [requestId, conversation])).toEqual([
      ["r-11", "c1"],
      ["r-10", "c1"],
      ["r-20", "c2"],
    ]);
  });

  test("without bodies there is nothing to send", () => {
    using folder = temporaryFolder();
    recordRun(folder.file, { requests: [asked({ id: 1, at: 0 }, null)] });
    expect(() => [...recordedBodies(folder.file)]).toThrow("record with --record full or text");
  });

  test("are whole bodies, at their times", async () => {
    using folder = temporaryFolder();
    const body = { model: "m", messages: user("hi"), top_p: 0.5 };
    recordRun(folder.file, { requests: [asked({ id: 1, at: 2 }, body), asked({ id: 2, at: 3.5 }, body)] });
    const inputs = await itemsOf(trace, { datasetPath: folder.file });
    expect(inputs).toMatchObject([
      { kind: "raw", body, atS: 0 },
      { kind: "raw", body, atS: 1.5 },
    ]);
  });

  test("of a conversation are its turns: what each adds, and the reply of then for histories that are made", async () => {
    using folder = temporaryFolder();
    const calls = { role: "assistant", content: null, tool_calls: [{ id: "t1" }] };
    const result = { role: "tool", tool_call_id: "t1", content: "4" };
    const requests = [
      talk(1, 1, 0, said("a1")),
      talk(2, 2, 1, said("a1"), calls, result),
      talk(3, 4, 2, said("a1"), calls, result, answered("y"), said("a2")),
    ];
    recordRun(folder.file, { requests });
    expect(await itemsOf(trace, { datasetPath: folder.file, model: "n", given: ["model"] })).toEqual([
      {
        kind: "conversation",
        atS: 0,
        params: {},
        extra: { model: "n", temperature: 0.3 },
        turns: [
          { messages: [said("a1")], maxTokens: 5, reply: calls, atS: 0 },
          { messages: [result], maxTokens: 5, reply: answered("y"), atS: 1 },
          { messages: [said("a2")], maxTokens: 5, atS: 3 },
        ],
      },
    ]);
  });
});
