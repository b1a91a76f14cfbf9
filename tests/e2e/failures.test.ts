import { describe, expect, test } from "bun:test";
import { closedPort } from "./closed-port.ts";
import { Workspace } from "./plumb.ts";
import { results } from "./record.ts";
import { delta, finish, runAgainst } from "./scripted-run.ts";
import { type Answer, ScriptedServer } from "./scripted-server.ts";

/** Two events of output, after which the script goes on. */
function begin(answer: Answer): void {
  answer.head();
  answer.event(delta({ content: "one" }));
  answer.event(delta({ content: " two" }));
}

describe("every way to fail has its kind, and what arrived is kept", () => {
  test("truncated: the framing ends, the API's end never came", async () => {
    const { row, messages, summary, code } = await runAgainst((answer) => {
      begin(answer);
      answer.end();
    });
    expect(row).toMatchObject({ success: 0, error_kind: "truncated", output_text: "one two", status: 200, chunks: 2 });
    expect(messages).toHaveLength(2);
    expect(row.first_chunk_latency).toBeGreaterThan(0);
    expect(summary).toMatchObject({ requests: { total: 1, success: 0, failed: 1, by_error: { truncated: 1 } } });
    expect(summary.ttft_ms).toBeNull();
    expect(summary.tokens).toMatchObject({ completion: 0, failed_completion: 2 });
    // Nothing succeeded, so nothing was measured.
    expect(code).toBe(1);
  });

  test("reset: the connection goes in the middle of the stream", async () => {
    const { row, messages } = await runAgainst(async (answer) => {
      begin(answer);
      await Bun.sleep(50);
      answer.cut();
    });
    expect(row).toMatchObject({ success: 0, error_kind: "reset", output_text: "one two" });
    expect(messages).toHaveLength(2);
  });

  test("reset: the connection goes before any reply", async () => {
    const { row } = await runAgainst((answer) => answer.cut());
    expect(row).toMatchObject({ success: 0, error_kind: "reset", status: null, output_text: "" });
  });

  test("reset: a body shorter than its content-length", async () => {
    const { row } = await runAgainst(async (answer) => {
      answer.raw("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{");
      await Bun.sleep(50);
      answer.cut();
    });
    expect(row).toMatchObject({ success: 0, error_kind: "reset", status: 200 });
  });

  test("timeout_idle: a stream that stalls, after --read-timeout", async () => {
    const { row, messages } = await runAgainst(
      async (answer) => {
        begin(answer);
        await answer.gone;
      },
      ...["--read-timeout", "1"],
    );
    expect(row).toMatchObject({ success: 0, error_kind: "timeout_idle", output_text: "one two" });
    expect(row.error).toContain("--read-timeout");
    expect(messages).toHaveLength(2);
    expect(row.latency).toBeGreaterThan(0.99);
    expect(row.latency).toBeLessThan(4);
  });

  test("timeout_total: a stream that never ends, after --total-timeout", async () => {
    const { row } = await runAgainst(
      async (answer) => {
        answer.head();
        while (!answer.clientIsGone) {
          answer.event(delta({ content: "." }));
          await Bun.sleep(50);
        }
      },
      ...["--total-timeout", "1", "--read-timeout", "1"],
    );
    expect(row).toMatchObject({
      success: 0,
      error_kind: "timeout_total",
      output_text: expect.stringMatching(/^\.{5,}$/),
    });
    expect(row.error).toContain("--total-timeout");
    expect(row.latency).toBeGreaterThan(0.99);
    expect(row.latency).toBeLessThan(4);
  });

  test("stream_error: an error event inside a reply that began well", async () => {
    const { row, messages } = await runAgainst((answer) => {
      begin(answer);
      answer.event({ error: { message: "out of memory", code: 500 } });
      answer.event("[DONE]");
      answer.end();
    });
    expect(row).toMatchObject({ success: 0, error_kind: "stream_error", error: "out of memory", status: 200 });
    expect(messages).toHaveLength(4);
  });

  test("malformed: an event that is no JSON", async () => {
    const { row, messages } = await runAgainst((answer) => {
      begin(answer);
      answer.event('{"choices": [{"del');
      answer.event(finish());
      answer.event("[DONE]");
      answer.end();
    });
    expect(row).toMatchObject({ success: 0, error_kind: "malformed" });
    expect(messages[2]).toBe('{"choices": [{"del');
  });

  test("wrong_content_type: an HTML page with 200", async () => {
    const { row, messages } = await runAgainst((answer) =>
      answer.whole(200, "text/html", "<html>Welcome to the proxy</html>"),
    );
    expect(row).toMatchObject({ success: 0, error_kind: "wrong_content_type", status: 200 });
    expect(row.error).toContain("text/html");
    expect(messages).toEqual(["<html>Welcome to the proxy</html>"]);
  });

  test("decode: bytes that are not UTF-8", async () => {
    const { row } = await runAgainst((answer) => {
      answer.head();
      answer.chunk(Buffer.from('data: {"choices":[{"delta":{"content":"\xff"}}]}\n\ndata: [DONE]\n\n', "latin1"));
      answer.end();
    });
    expect(row).toMatchObject({ success: 0, error_kind: "decode" });
  });

  test("empty: a stream with an end and nothing else; a body without a byte", async () => {
    const silent = await runAgainst((answer) => {
      answer.head();
      answer.event("[DONE]");
      answer.end();
    });
    expect(silent.row).toMatchObject({ success: 0, error_kind: "empty", completion_tokens: null });
    const nothing = await runAgainst((answer) => answer.whole(200, "text/event-stream", ""));
    expect(nothing.row).toMatchObject({ success: 0, error_kind: "empty", status: 200, bytes: 0 });
  });

  test("redirect: it is not followed, and the record names its target", async () => {
    const { row } = await runAgainst((answer) => answer.whole(302, "text/plain", "", { location: "/elsewhere" }));
    expect(row).toMatchObject({ success: 0, error_kind: "redirect", status: 302 });
    expect(row.error).toContain("/elsewhere");
  });

  test("connect: nobody listens", async () => {
    using workspace = new Workspace();
    const url = `http://127.0.0.1:${closedPort()}`;
    const flags = ["--model", "m", "--no-test-connection", "--number", "5", "--parallel", "2"];
    const { folder, err } = await workspace.runInVain("--url", url, ...flags);
    expect(err).toContain("no request succeeded");
    const rows = results(workspace.join(folder));
    expect(rows).toHaveLength(5);
    for (const row of rows) expect(row).toMatchObject({ success: 0, error_kind: "connect", status: null });
  });
});

describe("a status that is no success: its kind, and the server's own words", () => {
  const said = JSON.stringify({ error: { message: "the words of the server", type: "t", code: "c" } });

  test.each([
    [400, "http_4xx"],
    [404, "http_4xx"],
    [500, "http_5xx"],
    [503, "http_5xx"],
  ])("%p is %s", async (status, kind) => {
    const { row, messages, summary } = await runAgainst((answer) => answer.whole(status, "application/json", said));
    expect(row).toMatchObject({ success: 0, error_kind: kind, status });
    expect(row.error).toBe(`HTTP ${status}; the words of the server`);
    expect(messages).toEqual([JSON.parse(said)]);
    expect(summary.requests?.by_error).toEqual({ [kind]: 1 });
  });

  test("429 is rate_limited, with its Retry-After", async () => {
    const { row } = await runAgainst((answer) => answer.whole(429, "application/json", said, { "retry-after": "17" }));
    expect(row).toMatchObject({ success: 0, error_kind: "rate_limited", status: 429 });
    expect(row.error).toBe("HTTP 429; Retry-After: 17; the words of the server");
  });
});

test("failures among successes: counted apart, and the figures are the successes' alone", async () => {
  let asked = 0;
  using workspace = new Workspace();
  using server = new ScriptedServer({
    it: (answer) => {
      if (asked++ % 3 === 2) return answer.whole(500, "application/json", '{"error":"broken"}');
      begin(answer);
      answer.event("[DONE]");
      answer.end();
    },
  });
  const flags = ["--url", server.url("it"), "--model", "m", "--no-test-connection", "--number", "12"];
  const { out, folder } = await workspace.run(...flags, "--parallel", "3");
  const rows = results(workspace.join(folder));
  expect(rows.filter((row) => row.success === 1)).toHaveLength(8);
  expect(rows.filter((row) => row.error_kind === "http_5xx")).toHaveLength(4);
  expect(out).toMatch(/success +66\.\d+% \(8 of 12\)/);
  expect(out).toMatch(/errors +http_5xx 4/);
});
