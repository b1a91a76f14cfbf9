import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import trace from "../../plugins/dataset/trace.ts";
import { dateTimeS } from "../../plugins/dataset/traces/moments.ts";
import { TraceTimes } from "../../plugins/dataset/traces/trace-times.ts";
import workloadTrace from "../../plugins/dataset/workload_trace.ts";
import type { DatasetPlugin, InputTiming } from "../../src/contract/dataset.ts";
import type { Input, Message } from "../../src/contract/input.ts";
import type { Params } from "../../src/contract/params.ts";
import { FileSource } from "../../src/dataset/source.ts";
import { checkPluginArgs } from "../../src/registry/plugin-args.ts";
import { sampleParams } from "../../src/registry/sample-inputs.ts";
import { dataFile, itemsOf, jsonLines, user } from "./dataset-fixture.ts";

const inputsOf = async (plugin: DatasetPlugin, given: Partial<Params>): Promise<Input[]> =>
  (await itemsOf(plugin, given)) as Input[];

async function timingOf(plugin: DatasetPlugin, given: Partial<Params>): Promise<InputTiming | undefined> {
  const datasetArgs = await checkPluginArgs(plugin, given.datasetArgs ?? {}, "--dataset-args");
  return plugin.timing?.(sampleParams({ ...given, datasetArgs }), new FileSource());
}

const textOf = (input: Input | undefined): string =>
  input?.kind === "messages" ? String((input.messages as Message[])[0]!.content) : "";

describe("Mooncake's trace", () => {
  const lines = [
    { timestamp: 1000, input_length: 1200, output_length: 40, hash_ids: [7, 8, 9] },
    { timestamp: 1500, input_length: 1100, output_length: 1, hash_ids: [7, 8, 12] },
    { timestamp: 3000, input_length: 20, output_length: 0 },
  ];
  const datasetPath = dataFile("mooncake.jsonl", jsonLines(...lines));

  test("makes prompts and replies of its lengths, at its times", async () => {
    const inputs = await inputsOf(trace, { datasetPath });
    expect(inputs.map(({ atS, maxTokens, asked }) => ({ atS, maxTokens, asked }))).toEqual([
      { atS: 0, maxTokens: 40, asked: { promptTokens: 1200, completionTokens: 40 } },
      { atS: 0.5, maxTokens: 1, asked: { promptTokens: 1100, completionTokens: 1 } },
      { atS: 2, maxTokens: 1, asked: { promptTokens: 20, completionTokens: 1 } },
    ]);
    const source = new FileSource();
    const counts = await Promise.all(inputs.map((input) => source.countTokens(textOf(input))));
    expect(counts).toEqual([1200, 1100, 20]);
  });

  test("blocks of the same number are the same 512 tokens", async () => {
    const [first, second] = (await inputsOf(trace, { datasetPath })).map((input) => textOf(input).split(" "));
    expect(second!.slice(0, 1024)).toEqual(first!.slice(0, 1024));
    expect(first!.slice(0, 512)).not.toEqual(first!.slice(512, 1024));
    expect(second!.slice(1024)).not.toEqual(first!.slice(1024, 1100));
    const [other] = await inputsOf(trace, { datasetPath, seed: 5 });
    expect(textOf(other).split(" ").slice(0, 512)).not.toEqual(first!.slice(0, 512));
  });

  test("blocks may be of another size", async () => {
    const [first] = await inputsOf(trace, { datasetPath, datasetArgs: { block_tokens: 16 } });
    expect(textOf(first).split(" ")).toHaveLength(1200);
  });

  test("without a chat template it is one prompt, and lengths need not be matched", async () => {
    const given = { datasetPath, applyChatTemplate: false, datasetArgs: { match_output_length: false } };
    const [first] = await inputsOf(trace, given);
    expect(first).toMatchObject({ kind: "prompt", maxTokens: 40, asked: { promptTokens: 1200 } });
    expect(first!.asked).not.toHaveProperty("completionTokens");
  });

  test("what is to be sent is counted ahead", async () => {
    expect(await timingOf(trace, { datasetPath })).toEqual({ inputs: 3, lastS: 2, mostASecond: 2 });
  });

  test("every bad line is told before anything is sent", async () => {
    const bad = [
      { timestamp: -1, input_length: 1, output_length: 1 },
      { input_length: 1 },
      [1],
      { ...lines[0], hash_ids: "x" },
    ];
    const path = dataFile(
      "bad.jsonl",
      `${jsonLines(...lines, ...bad)}{"a"\n${jsonLines({ ...lines[0], timestamp: 2 })}`,
    );
    const said = await timingOf(trace, { datasetPath: path }).then(
      () => "",
      (error: Error) => error.message.replaceAll(path, "FILE"),
    );
    expect(said.split("\n")).toEqual([
      "FILE:4 timestamp must be a number of milliseconds",
      "FILE:5 timestamp must be a number of milliseconds",
      "FILE:6 is no JSON object",
      "FILE:7 hash_ids must be a list of whole numbers",
      "FILE:8 is no JSON object",
      "FILE:9 is earlier than the line above: sort the trace by time",
    ]);
  });

  test("compressed, it opens as it is", async () => {
    const path = dataFile("mooncake.jsonl.gz", Bun.gzipSync(Buffer.from(jsonLines(...lines))));
    expect(await inputsOf(trace, { datasetPath: path })).toHaveLength(3);
    const zstd = dataFile("mooncake.jsonl.zst", Bun.zstdCompressSync(Buffer.from(jsonLines(...lines))));
    expect(await inputsOf(trace, { datasetPath: zstd })).toHaveLength(3);
  });
});

describe("CSV traces", () => {
  test("Azure's", async () => {
    const text =
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,374,44\n2023-11-16 18:17:04.0319600,396,109\n";
    const inputs = await inputsOf(trace, { datasetPath: dataFile("azure.csv", text) });
    expect(inputs.map(({ maxTokens, asked }) => [maxTokens, asked?.promptTokens])).toEqual([
      [44, 374],
      [109, 396],
    ]);
    expect(inputs[1]!.atS).toBeCloseTo(0.052, 6);
    const bad = dataFile("azure-bad.csv", `${text}yesterday,1,1\n2023-11-16 18:17:05,x,1\n`);
    await expect(timingOf(trace, { datasetPath: bad })).rejects.toThrow(
      `${bad}:4 TIMESTAMP is no date and time\n${bad}:5 ContextTokens must be a number of tokens`,
    );
  });

  test("what is wrong has its line in the file, whatever empty lines and quoted line breaks stand above", async () => {
    const azure = 'TIMESTAMP,ContextTokens,GeneratedTokens,"No\nte"\n\n2024-01-01 00:00:00,1,1,"a\n\nb"\n\n\n';
    const path = dataFile("azure-breaks.csv", `${azure}now,1,1,"c\nd"\r\n2024-01-01 00:00:00,x,1,`);
    await expect(timingOf(trace, { datasetPath: path })).rejects.toThrow(
      `${path}:9 TIMESTAMP is no date and time\n${path}:11 ContextTokens must be a number of tokens`,
    );
    const burst = dataFile("burst-breaks.csv", `${HEAD}\n\n5,"Chat\nGPT",1,1,2,x\n\n6,m,none,1,2,x\n`);
    await expect(timingOf(trace, { datasetPath: burst })).rejects.toThrow(`${burst}:6 Request tokens must be`);
  });

  const HEAD = "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type";

  test("BurstGPT's: failures are sent for one token", async () => {
    const text = `${HEAD}\n5,ChatGPT,472,18,490,Conversation log\n45,ChatGPT,1087,0,1087,API log\n`;
    const inputs = await inputsOf(trace, { datasetPath: dataFile("burst.csv", text) });
    expect(inputs.map(({ kind, atS, maxTokens }) => [kind, atS, maxTokens])).toEqual([
      ["messages", 0, 18],
      ["messages", 40, 1],
    ]);
  });

  test("BurstGPT's with sessions are conversations, each beginning with its first row", async () => {
    const rows = [
      "0,a,100,20,Conversation log",
      "1,b,30,5,Conversation log",
      "9,a,150,30,Conversation log",
      "12,,7,7,API log",
      "15,a,40,3,x",
    ];
    const text = `Timestamp,Session ID,Request tokens,Response tokens,Log Type\n${rows.join("\n")}\n`;
    const inputs = await inputsOf(trace, { datasetPath: dataFile("sessions.csv", text) });
    expect(inputs.map(({ kind, atS }) => [kind, atS])).toEqual([
      ["conversation", 0],
      ["conversation", 1],
      ["conversation", 12],
    ]);
    const [first] = inputs;
    if (first?.kind !== "conversation") throw new Error("no conversation");
    const source = new FileSource();
    const turns = first.turns.map(async ({ messages, maxTokens, atS }) => {
      return [await source.countTokens(String(messages[0]!.content)), maxTokens, atS];
    });
    // 150 tokens hold the 120 before them; 40 cannot, and are new.
    expect(await Promise.all(turns)).toEqual([
      [100, 20, 0],
      [30, 30, 9],
      [40, 3, 15],
    ]);
  });
});

describe("workload_trace", () => {
  const body = { model: "m", messages: user("hi"), max_completion_tokens: 9 };
  const datasetPath = dataFile(
    "workload.jsonl",
    jsonLines(
      { body, timestamp: "2024-05-10T00:00:00" },
      {
        body: JSON.stringify(body),
        timestamp: "2024-05-10T02:00:01.5+02:00",
        headers: { "X-A": "b" },
        request_id: "r2",
      },
    ),
  );

  test("sends bodies at their times; a date without an offset is UTC", async () => {
    expect(await inputsOf(workloadTrace, { datasetPath })).toEqual([
      { kind: "raw", body, headers: {}, atS: 0 },
      { kind: "raw", body, headers: { "x-request-id": "r2", "X-A": "b" }, atS: 1.5 },
    ]);
  });

  test("speed, and models in place of the trace's", async () => {
    const modelsWith = async (datasetArgs: Record<string, unknown>, given: Partial<Params> = {}) =>
      (await inputsOf(workloadTrace, { datasetPath, datasetArgs, ...given })).map((input) =>
        input.kind === "raw" ? [input.body.model, input.atS] : [],
      );
    expect(await modelsWith({ speed: 3 })).toEqual([
      ["m", 0],
      ["m", 0.5],
    ]);
    expect(await modelsWith({ model_mapping: { m: "n" } })).toEqual([
      ["n", 0],
      ["n", 1.5],
    ]);
    expect(await modelsWith({ model_mapping: { m: "n" }, model_override: "o" })).toEqual([
      ["o", 0],
      ["o", 1.5],
    ]);
    expect(await modelsWith({ model_mapping: { x: "n" } }, { model: "f", given: ["model"] })).toEqual([
      ["m", 0],
      ["m", 1.5],
    ]);
    await expect(modelsWith({ speed: 0 })).rejects.toThrow("speed must be a number above 0");
  });

  test("as a trace to be replayed, --model is another server's", async () => {
    const given = { datasetPath, model: "f", given: ["model"] };
    const [first] = await inputsOf(trace, given);
    expect(first).toMatchObject({ kind: "raw", body: { model: "f" } });
    const [untold] = await inputsOf(trace, { datasetPath, model: "f" });
    expect(untold).toMatchObject({ kind: "raw", body: { model: "m" } });
  });

  test("match_output_length asks for exactly as many tokens", async () => {
    const path = dataFile("lengths.jsonl", jsonLines({ body, timestamp: 1, completion_tokens: 33 }));
    const [input] = await inputsOf(workloadTrace, { datasetPath: path, datasetArgs: { match_output_length: true } });
    expect(input).toMatchObject({
      body: { ...body, max_completion_tokens: 33, min_tokens: 33, ignore_eos: true },
      asked: { completionTokens: 33 },
    });
    await expect(timingOf(workloadTrace, { datasetPath, datasetArgs: { match_output_length: true } })).rejects.toThrow(
      ":1 has no completion_tokens, and match_output_length wants them",
    );
  });

  test("unknown keys and wrong values are refused, all lines together", async () => {
    const path = dataFile(
      "wrong.jsonl",
      jsonLines(
        { body, timestamp: 1, extra: 1, more: 2 },
        { body: "no json", timestamp: 1 },
        { body, timestamp: "soon" },
        { body, timestamp: 1, headers: { a: 1 } },
        { body, timestamp: 1, request_id: 5 },
        { body, timestamp: 1, completion_tokens: 1.5 },
      ),
    );
    const said = await timingOf(workloadTrace, { datasetPath: path }).then(
      () => "",
      (error: Error) => error.message.replaceAll(path, ""),
    );
    expect(said.split("\n")).toEqual([
      ':1 unknown "extra", "more": it knows body, timestamp, headers, request_id, completion_tokens',
      ":2 body must be an object, or the JSON text of one",
      ":3 timestamp must be seconds or an ISO date and time",
      ":4 headers must be an object of texts",
      ":5 request_id must be a text",
      ":6 completion_tokens must be a number of tokens",
    ]);
  });

  test("of many bad lines the first are named", async () => {
    const path = dataFile("many.jsonl", jsonLines(...Array.from({ length: 30 }, () => ({ body: 1, timestamp: 1 }))));
    const said = await timingOf(workloadTrace, { datasetPath: path }).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(said.split("\n")).toHaveLength(21);
    expect(said).toEndWith("\nand 10 more");
  });

  test("another file is refused with what is known", async () => {
    const path = dataFile("else.txt", "hello\n");
    await expect(timingOf(trace, { datasetPath: path })).rejects.toThrow(
      `${path} is no trace that plumb knows: Mooncake's`,
    );
  });

  test("whatever a line holds, it is a request or a fault", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 5 }), async (values) => {
        const lines = [{ body, timestamp: 0 }, ...values, ...values.map((timestamp) => ({ body, timestamp }))];
        const path = dataFile("hostile.jsonl", jsonLines(...lines));
        const timing = await timingOf(workloadTrace, { datasetPath: path }).catch((error: Error) => error.message);
        if (typeof timing === "string") expect(timing).toMatch(/:\d+ (is|body|timestamp|unknown|headers)/);
        else expect(timing?.inputs).toBe(lines.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a trace's times", () => {
  const ALL = { speed: 1, fromS: 0, toS: Number.POSITIVE_INFINITY, maxIdleS: Number.POSITIVE_INFINITY };
  const content = { kind: "lengths", promptTokens: 1, outputTokens: 1, blocks: null } as const;
  const item = (first: number, ...rest: number[]) =>
    [first, ...rest].map((timeS) => ({ timeS, content })) as [{ timeS: number; content: typeof content }];
  const placed = (pace: Partial<typeof ALL>, ...items: number[][]) => {
    const times = new TraceTimes({ ...ALL, ...pace });
    return items.map(([first, ...rest]) => times.place(item(first!, ...rest)));
  };

  test("count from the first, and are divided by the speed", () => {
    expect(placed({}, [10], [12], [12])).toEqual([[0], [2], [2]]);
    expect(placed({ speed: 4 }, [10], [12, 14])).toEqual([[0], [0.5, 1]]);
  });

  test("outside the window nothing is sent, and turns behind it are cut off", () => {
    const window = { fromS: 5, toS: 10 };
    expect(placed(window, [100], [104, 106], [105], [107, 109, 111], [110])).toEqual([[], [], [0], [2, 4], []]);
  });

  test("waits are capped, before the first request too", () => {
    expect(placed({ maxIdleS: 1 }, [0], [0.5], [60], [60.2, 90, 90.5])).toEqual(
      [[0], [0.5], [1.5], [1.7, 2.7, 3.2]].map(near),
    );
    expect(placed({ maxIdleS: 1, fromS: 30 }, [0], [50])).toEqual([[], [1]]);
    expect(placed({ maxIdleS: 10, speed: 10 }, [0], [90], [290])).toEqual([[0], [9], [19]]);
  });

  test("ascend as the trace does, and no wait is longer than the cap", () => {
    const gaps = fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(
        gaps,
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (waits, speed, maxIdleS) => {
          let atS = 7;
          const items = waits.map((wait) => {
            atS += wait;
            return [atS];
          });
          const dueS = placed({ speed, maxIdleS }, ...items).map(([due]) => due!);
          expect(dueS[0]).toBe(0);
          for (const [index, due] of dueS.entries()) {
            const wait = due - (dueS[index - 1] ?? 0);
            expect(wait).toBeGreaterThanOrEqual(-1e-6);
            expect(wait).toBeLessThanOrEqual(maxIdleS + 1e-6);
          }
        },
      ),
    );
  });

  function near(times: number[]): number[] {
    return times.map((time) => expect.closeTo(time, 6) as unknown as number);
  }
});

describe("dates", () => {
  test("with seven digits, an offset or none", () => {
    expect(dateTimeS("1970-01-01 00:00:01.2500000")).toBe(1.25);
    expect(dateTimeS("1970-01-01T01:00:00+01:00")).toBe(0);
    expect(dateTimeS("1970-01-01 01:00:00.5+0100")).toBe(0.5);
    expect(dateTimeS("1970-01-01T00:00:02Z")).toBe(2);
    expect(dateTimeS("1970-13-01 00:00:00")).toBeNull();
    expect(dateTimeS("5")).toBeNull();
  });
});
