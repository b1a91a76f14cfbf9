import { describe, expect, test } from "bun:test";
import { delta, finish, runAgainst, usage } from "./scripted-run.ts";
import type { Answer } from "./scripted-server.ts";

/** Pauses of the scripts, in milliseconds: a client may see one a little shorter than it was, never much. */
const PAUSE_MS = 120;
const LEAST_US = 100_000;

/** Sends the events and a proper end. */
function stream(...events: unknown[]) {
  return (answer: Answer) => {
    answer.head();
    for (const event of [...events, "[DONE]"]) answer.event(event);
    answer.end();
  };
}

describe("what counts as the first token", () => {
  test("a first chunk with the role alone does not", async () => {
    const { row, messages, summary } = await runAgainst(async (answer) => {
      answer.head();
      answer.event(delta({ role: "assistant", content: "" }));
      await Bun.sleep(PAUSE_MS);
      answer.event(delta({ content: "one" }));
      answer.event(delta({ content: " two" }));
      answer.event(finish());
      answer.event("[DONE]");
      answer.end();
    });
    const times = JSON.parse(row.event_times!) as number[];
    expect(messages).toHaveLength(5);
    expect(times[1]! - times[0]!).toBeGreaterThan(LEAST_US);
    expect(Math.round(row.first_chunk_latency! * 1e6)).toBe(times[1]!);
    expect(summary.ttft_ms!.p50).toBeGreaterThan(LEAST_US / 1000);
    expect(row).toMatchObject({ success: 1, chunks: 2, output_text: "one two", event_tokens: "[0,1,1,0,0]" });
  });

  test.each(["reasoning_content", "reasoning"])("%s does; TTFA waits for the answer", async (field) => {
    const { row, summary } = await runAgainst(async (answer) => {
      answer.head();
      answer.event(delta({ [field]: "let me think" }));
      await Bun.sleep(PAUSE_MS);
      answer.event(delta({ content: "so" }));
      answer.event(finish());
      answer.event(usage(3, 4, { completion_tokens_details: { reasoning_tokens: 3 } }));
      answer.event("[DONE]");
      answer.end();
    });
    expect(row).toMatchObject({ success: 1, output_text: "let me thinkso", reasoning_tokens: 3, completion_tokens: 4 });
    expect(row.first_answer_latency! - row.first_chunk_latency!).toBeGreaterThan(LEAST_US / 1e6);
    expect(summary.ttfa_ms!.p50 - summary.ttft_ms!.p50).toBeGreaterThan(LEAST_US / 1000);
    // Reasoning was streamed, so its tokens count: 4 of them, over the time from the first to the last.
    const span = row.first_answer_latency! - row.first_chunk_latency!;
    expect(Math.abs(row.time_per_output_token! - span / 3)).toBeLessThan(1e-6);
  });

  test("a tool call does, and is no answer", async () => {
    const call = (part: Record<string, string>) => delta({ tool_calls: [{ index: 0, function: part }] });
    const { row } = await runAgainst(
      stream(call({ name: "weigh", arguments: "" }), call({ arguments: '{"a":' }), call({ arguments: "1}" }), finish()),
    );
    expect(row).toMatchObject({ success: 1, chunks: 3, output_text: 'weigh{"a":1}', first_answer_latency: null });
    expect(row.first_chunk_latency).toBeGreaterThan(0);
  });

  test("of several choices, any one's does; all must finish", async () => {
    const events = [
      delta({ content: "b" }, {}, 1),
      delta({ content: "a" }, {}, 0),
      finish("stop", 1),
      finish("length", 0),
    ];
    const whole = await runAgainst(stream(...events), "--n-choices", "2");
    expect(whole.row).toMatchObject({ success: 1, chunks: 2, output_text: "ba" });
    const cut = await runAgainst(
      (answer) => {
        answer.head();
        for (const event of events.slice(0, 3)) answer.event(event);
        answer.end();
      },
      "--n-choices",
      "2",
    );
    expect(cut.row).toMatchObject({ success: 0, error_kind: "truncated", output_text: "ba" });
  });
});

describe("tokens", () => {
  test("several in a chunk, told by usage in every chunk", async () => {
    const counted = (text: string, tokens: number) => ({ ...delta({ content: text }), usage: usage(5, tokens).usage });
    const { row } = await runAgainst(
      async (answer) => {
        answer.head();
        answer.event(counted("one two three", 3));
        await Bun.sleep(PAUSE_MS);
        answer.event(counted("four five six seven", 7));
        answer.event({ ...finish(), usage: usage(5, 7).usage });
        answer.event("[DONE]");
        answer.end();
      },
      "--extra-args",
      '{"stream_options":{"include_usage":true,"continuous_usage_stats":true}}',
    );
    expect(row).toMatchObject({ success: 1, prompt_tokens: 5, completion_tokens: 7, event_tokens: "[3,4,0,0]" });
    const [first, second] = JSON.parse(row.event_times!) as number[];
    expect(row.time_per_output_token! * 1e6 * 4).toBeCloseTo(second! - first!, -1);
    expect(JSON.parse(row.request!).stream_options.continuous_usage_stats).toBe(true);
  });

  test("usage in the last chunk, with what was cached", async () => {
    const cached = usage(40, 2, { prompt_tokens_details: { cached_tokens: 32 } });
    const { row, summary } = await runAgainst(stream(delta({ content: "a b" }), finish(), cached));
    expect(row).toMatchObject({ prompt_tokens: 40, completion_tokens: 2, cached_tokens: 32, token_source: "usage" });
    expect(summary.tokens).toMatchObject({ cached: 32, cache_hit_rate: 0.8, sources: { usage: 1 } });
  });

  test("without usage the tokenizer counts, and the record says so", async () => {
    const { row, summary } = await runAgainst(
      stream(delta({ content: "one two" }), delta({ content: " three" }), finish()),
    );
    expect(row).toMatchObject({ prompt_tokens: 1, completion_tokens: 3, token_source: "tokenizer" });
    expect(summary.tokens).toMatchObject({ completion: 3, sources: { tokenizer: 1 } });
  });

  test("no output but tokens in usage is a success without TTFT", async () => {
    const { row, summary } = await runAgainst(stream(delta({ content: "" }), finish("length"), usage(3, 8)));
    expect(row).toMatchObject({ success: 1, first_chunk_latency: null, chunks: 0, completion_tokens: 8 });
    expect(summary.ttft_ms).toBeNull();
  });
});

describe("where a reply ends", () => {
  test("[DONE] without a finish reason", async () => {
    const { row, messages } = await runAgainst(stream(delta({ content: "a" })));
    expect(row).toMatchObject({ success: 1, finish_reason: null });
    expect(messages).toEqual([delta({ content: "a" }), "[DONE]"]);
  });

  test("a finish reason without [DONE]", async () => {
    const { row } = await runAgainst((answer) => {
      answer.head();
      answer.event(delta({ content: "a" }));
      answer.event(finish("length"));
      answer.end();
    });
    expect(row).toMatchObject({ success: 1, finish_reason: "length", output_text: "a" });
  });

  test("an end without the blank line behind it", async () => {
    const { row, messages } = await runAgainst((answer) => {
      answer.head();
      answer.event(delta({ content: "a" }));
      answer.chunk("data: [DONE]");
      answer.end();
    });
    expect(row).toMatchObject({ success: 1 });
    expect(messages.at(-1)).toBe("[DONE]");
  });

  test("a body that stays open behind it is left alone, and does not count into the latency", async () => {
    let heldMs = 0;
    const { row, code } = await runAgainst(async (answer) => {
      answer.head();
      answer.event(delta({ content: "a" }));
      answer.event("[DONE]");
      const since = performance.now();
      await answer.gone;
      heldMs = performance.now() - since;
    });
    expect(row).toMatchObject({ success: 1, error_kind: null });
    expect(code).toBe(0);
    expect(row.latency).toBeLessThan(0.9);
    expect(heldMs).toBeGreaterThan(900);
    expect(heldMs).toBeLessThan(4000);
  });
});

describe("bytes", () => {
  test("UTF-8 cut at every byte", async () => {
    const text = "naïve 铅垂 𝄞";
    const { row } = await runAgainst(async (answer) => {
      answer.head();
      for (const byte of Buffer.from(`data: ${JSON.stringify(delta({ content: text }))}\n\n`)) {
        answer.chunk(new Uint8Array([byte]));
        await Bun.sleep(1);
      }
      answer.event("[DONE]");
      answer.end();
    });
    expect(row).toMatchObject({ success: 1, output_text: text, chunks: 1 });
  });

  test("carriage returns, comments, names and ids of events", async () => {
    const { row, messages } = await runAgainst((answer) => {
      answer.head("text/event-stream; charset=utf-8");
      answer.chunk(": keep-alive\r\n\r\nevent: message\r\nid: 7\r\ndata: ");
      answer.chunk(`${JSON.stringify(delta({ content: "a" }))}\r\n\r\ndata: [DONE]\r\n\r\n`);
      answer.end();
    });
    expect(row).toMatchObject({ success: 1, output_text: "a" });
    expect(messages).toHaveLength(2);
  });

  test("events that are sent as text/plain", async () => {
    const { row } = await runAgainst((answer) => {
      answer.head("text/plain");
      for (const event of [delta({ content: "a" }), "[DONE]"]) answer.event(event);
      answer.end();
    });
    expect(row).toMatchObject({ success: 1, is_stream: 1, output_text: "a" });
  });

  test("one JSON body in answer to stream: true is a success that is no stream", async () => {
    const body = { choices: [{ index: 0, message: { content: "whole" }, finish_reason: "stop" }], ...usageOnly(4, 1) };
    const { row, messages, summary } = await runAgainst((answer) =>
      answer.whole(200, "application/json", JSON.stringify(body)),
    );
    expect(row).toMatchObject({ success: 1, is_stream: 0, output_text: "whole", prompt_tokens: 4, status: 200 });
    expect(messages).toEqual([body]);
    expect(row.first_chunk_latency).toBe(row.latency);
    expect(summary.ttft_ms).toBeNull();
  });
});

function usageOnly(prompt: number, completion: number) {
  return { usage: usage(prompt, completion).usage };
}
