import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import type { Summary } from "../../src/metrics/summary-model.ts";
import { eventually } from "./eventually.ts";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { ask, results, summaryOf } from "./record.ts";
import { delta, finish, usage } from "./scripted-run.ts";
import { type Answer, type Asked, ScriptedServer } from "./scripted-server.ts";

interface TurnRow {
  id: number;
  request_id: string;
  conversation_id: string;
  turn: number;
  turns: number;
  request: string;
  success: number;
  error_kind: string | null;
  scheduled_time: number;
  sent_time: number;
  completed_time: number;
}

interface Message {
  role: string;
  content: string | null;
  [field: string]: unknown;
}

const say = (role: string, content: string): Message => ({ role, content });

function messagesOf(asked: Asked): Message[] {
  return (asked.body as { messages: Message[] }).messages;
}

/** Ends a reply as OpenAI does. */
function close(answer: Answer): void {
  answer.event(finish());
  answer.event(usage(10, 2));
  answer.event("[DONE]");
  answer.end();
}

/** What the service says to the n-th thing that is said to it: never what the dataset has. */
const replyTo = (messages: Message[]) => `réponse 😀 ${messages.filter(({ role }) => role === "user").length}`;

function reply(answer: Answer): void {
  answer.head();
  const words = replyTo(messagesOf(answer.asked));
  for (const word of words.split(/(?= )/)) answer.event(delta({ content: word }));
  close(answer);
}

interface Talk {
  code: number;
  out: string;
  asked: Asked[];
  rows: TurnRow[];
  summary: Summary;
}

/** Conversations of a file against a service that answers by the script and keeps what it was asked. */
async function talk(
  lines: unknown[],
  script: (answer: Answer) => void | Promise<void>,
  ...flags: string[]
): Promise<Talk> {
  const asked: Asked[] = [];
  using server = new ScriptedServer({
    it: (answer) => {
      asked.push(answer.asked);
      return script(answer);
    },
  });
  using workspace = new Workspace();
  writeFileSync(workspace.join("talks.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const data = ["--dataset", "custom_multi_turn", "--dataset-path", "talks.jsonl", "--multi-turn"];
  const target = ["--url", server.url("it"), "--model", "m", "--no-test-connection"];
  const count = ["--number", `${lines.length}`];
  const { code, out, err } = await workspace.plumb(["run", ...target, ...data, ...count, ...flags]);
  const [folder] = workspace.runs();
  if (folder === undefined) throw new Error(`nothing was recorded: ${err}`);
  const rows = ask<TurnRow>(workspace.join(folder), "SELECT * FROM result ORDER BY id");
  return { code, out, asked, rows, summary: summaryOf(workspace.join(folder)) };
}

/** Five turns, with replies that must not be sent. */
const FIVE = [
  say("system", "sé brève"),
  ...["un 😀", "deux", "trois 👩‍🚀", 'quatre "\\', "cinq"].flatMap((words) => [
    say("user", words),
    say("assistant", "never sent"),
  ]),
];

/** What is to be said in turn `turn`, the service's own replies in between. */
function historyOf(turn: number): Message[] {
  const asked = FIVE.filter(({ role }) => role === "user").slice(0, turn + 1);
  const said = asked.flatMap((message, index) => [message, say("assistant", `réponse 😀 ${index + 1}`)]);
  return [say("system", "sé brève"), ...said.slice(0, -1)];
}

describe("a conversation of five turns", () => {
  test.each(["fetch", "socket"])(
    "has the model's own replies in each request, over %s, and in the record",
    async (transport) => {
      const { code, asked, rows, summary } = await talk(
        [FIVE, FIVE],
        reply,
        "--parallel",
        "2",
        "--transport",
        transport,
      );
      expect(code).toBe(0);
      expect(asked).toHaveLength(10);
      for (const [turn, messages] of asked
        .map(messagesOf)
        .toSorted((a, b) => a.length - b.length)
        .entries()) {
        expect(messages).toEqual(historyOf(turn >> 1));
      }
      expect(rows.map(({ id, turn, turns }) => [id, turn, turns])).toEqual(
        [0, 1].flatMap((number) => [0, 1, 2, 3, 4].map((turn) => [1024 * number + turn, turn, 5])),
      );
      for (const row of rows) {
        const sent = asked.find(({ headers }) => headers.get("x-request-id") === row.request_id);
        expect(JSON.parse(row.request)).toEqual(sent?.body);
        expect(row.conversation_id).toEndWith(`-c${row.id >> 10}`);
      }
      expect(summary.conversations).toMatchObject({ total: 2, completed: 2, abandoned: 0, turns_not_sent: 0 });
      expect(summary.turns).toMatchObject({ first: { requests: 2 }, later: { requests: 8 } });
      expect(summary.turns?.by_turn).toHaveLength(5);
    },
  );

  test("a turn goes out when the one before has ended, and not before", async () => {
    const { rows } = await talk([FIVE], async (answer) => {
      await Bun.sleep(30);
      reply(answer);
    });
    for (const [index, { scheduled_time, sent_time }] of rows.entries()) {
      const before = rows[index - 1];
      if (before === undefined) continue;
      expect(scheduled_time).toBeGreaterThanOrEqual(before.completed_time - 1e-4);
      expect(sent_time).toBeGreaterThanOrEqual(scheduled_time);
    }
  });

  test("replies that are no stream go into the history as well", async () => {
    const { asked } = await talk(
      [FIVE],
      (answer) => {
        const message = say("assistant", replyTo(messagesOf(answer.asked)));
        const body = {
          choices: [{ index: 0, message, finish_reason: "stop" }],
          usage: { prompt_tokens: 3, completion_tokens: 2 },
        };
        answer.whole(200, "application/json", JSON.stringify(body));
      },
      "--no-stream",
    );
    expect(messagesOf(asked[4]!)).toEqual(historyOf(4));
  });

  test("between the bounds on turns: shorter ones are left out, longer ones cut", async () => {
    const short = FIVE.slice(0, 3);
    const { rows } = await talk([short, FIVE], reply, "--min-turns", "2", "--max-turns", "3");
    expect(rows.map(({ turn, turns }) => [turn, turns])).toEqual([0, 1, 2, 0, 1, 2].map((turn) => [turn, 3]));
  });
});

describe("what else a model says", () => {
  const think = (answer: Answer) => {
    answer.head();
    answer.event(delta({ reasoning_content: "hm" }));
    answer.event(delta({ content: "so" }));
    close(answer);
  };
  const two = [say("user", "a"), say("assistant", "x"), say("user", "b")];

  test("reasoning stays out of the history, unless --keep-reasoning", async () => {
    const { asked } = await talk([two], think);
    expect(messagesOf(asked[1]!)[1]).toEqual(say("assistant", "so"));
    const kept = await talk([two], think, "--keep-reasoning");
    expect(messagesOf(kept.asked[1]!)[1]).toEqual({ ...say("assistant", "so"), reasoning_content: "hm" });
  });

  test("its tool calls get the dataset's answers under the model's own ids", async () => {
    const calls = (answer: Answer) => {
      answer.head();
      for (const index of [0, 1]) {
        const opened = { index, id: `real-${index}`, type: "function", function: { name: "look", arguments: "" } };
        answer.event(delta({ tool_calls: [opened] }));
        for (const piece of ['{"at":', `${index}}`]) {
          answer.event(delta({ tool_calls: [{ index, function: { arguments: piece } }] }));
        }
      }
      close(answer);
    };
    const tool = (id: string, content: string) => ({ role: "tool", tool_call_id: id, content });
    const line = [say("user", "a"), say("assistant", ""), tool("x", "left"), tool("y", "right")];
    const { asked } = await talk([line], calls);
    const written = (index: number) => ({
      id: `real-${index}`,
      type: "function",
      function: { name: "look", arguments: `{"at":${index}}` },
    });
    expect(messagesOf(asked[1]!)).toEqual([
      say("user", "a"),
      { role: "assistant", content: null, tool_calls: [written(0), written(1)] },
      tool("real-0", "left"),
      tool("real-1", "right"),
    ]);
  });
});

describe("headers", () => {
  test("each request's id is the record's, a conversation's id and trace are the same in all its turns", async () => {
    const flags = ["--session-header", "X-Session-Id", "--traceparent"];
    const { asked, rows } = await talk([FIVE, FIVE], reply, ...flags);
    for (const row of rows) {
      const { headers } = asked.find((one) => one.headers.get("x-request-id") === row.request_id)!;
      expect(headers.get("x-session-id")).toBe(row.conversation_id);
      expect(headers.get("traceparent")).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    }
    const traces = asked.map(({ headers }) => headers.get("traceparent")!);
    expect(new Set(traces).size).toBe(10);
    expect(new Set(traces.map((trace) => trace.slice(0, 36))).size).toBe(2);
  });

  test("single requests have an id where it is asked for", async () => {
    const single = ["--dataset", "prompt", "--prompt", "hi", "--number", "2"];
    for (const [flags, wanted] of [
      [[], false],
      [["--request-ids"], true],
    ] as const) {
      const seen: (string | undefined)[] = [];
      using server = new ScriptedServer({
        it: (answer) => {
          seen.push(answer.asked.headers.get("x-request-id"));
          reply(answer);
        },
      });
      using workspace = new Workspace();
      const { folder } = await workspace.run(
        "--url",
        server.url("it"),
        "--model",
        "m",
        "--no-test-connection",
        ...single,
        ...flags,
      );
      const ids = ask<{ request_id: string }>(workspace.join(folder), "SELECT request_id FROM result");
      expect(seen).toEqual(wanted ? ids.map(({ request_id }) => request_id) : [undefined, undefined]);
    }
  });
});

describe("conversations that do not come to their end", () => {
  test("a failed turn ends its conversation; it is counted, and the others go on", async () => {
    const { code, out, rows, summary } = await talk([FIVE, FIVE, FIVE], (answer) => {
      const number = Number(answer.asked.headers.get("x-request-id")?.split("-").at(-1));
      if (number === 1024 + 2) answer.whole(500, "application/json", '{"error":{"message":"broken"}}');
      else reply(answer);
    });
    expect(code).toBe(0);
    expect(rows.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 1024, 1025, 1026, 2048, 2049, 2050, 2051, 2052]);
    expect(rows.find(({ id }) => id === 1026)).toMatchObject({ success: 0, error_kind: "http_5xx", turn: 2, turns: 5 });
    expect(summary.requests).toMatchObject({ offered: 13, success: 12, failed: 1 });
    expect(summary.conversations).toMatchObject({ total: 3, completed: 2, abandoned: 1, turns_not_sent: 2 });
    expect(out.replaceAll(/\s+/g, " ")).toContain(
      "3 conversations, 2 completed, 1 abandoned after a failed turn, 2 turns not sent",
    );
  });

  test("Ctrl-C: the turns on their way end, no others follow", async () => {
    using mock = await Mock.start("--ttft", "200", "--itl", "10", "--tokens", "10");
    using workspace = new Workspace();
    const made = ["--dataset", "random_multi_turn", "--min-turns", "9", "--max-turns", "9", "--input-len", "20"];
    const load = ["--parallel", "4", "--number", "100", "--no-test-connection", "--model", "mock"];
    const run = workspace.start(["run", "--url", mock.url, ...made, ...load]);
    await eventually("some second turns", async () => (await mock.stats()).requests >= 6);
    run.interrupt();
    const { code, out } = await run.ended;
    expect(code).toBe(130);
    const [folder] = workspace.runs();
    const rows = results(workspace.join(folder!));
    expect(rows.every(({ success }) => success === 1)).toBe(true);
    expect(rows).toHaveLength((await mock.stats()).finished);
    const summary = summaryOf(workspace.join(folder!));
    expect(summary.conversations).toMatchObject({ total: 4, completed: 0, abandoned: 0, cut_short: 4 });
    expect(out.replaceAll(/\s+/g, " ")).toContain("4 cut short by the end of the load");
  });

  test("--duration ends them in the same way", async () => {
    using mock = await Mock.start("--ttft", "50", "--itl", "1", "--tokens", "5");
    using workspace = new Workspace();
    const made = ["--dataset", "random_multi_turn", "--min-turns", "50", "--max-turns", "50", "--input-len", "20"];
    const load = ["--parallel", "3", "--duration", "1s", "--no-test-connection", "--model", "mock"];
    const { folder } = await workspace.run("--url", mock.url, ...made, ...load);
    const summary = summaryOf(workspace.join(folder));
    expect(summary.conversations).toMatchObject({ total: 3, completed: 0, cut_short: 3 });
    expect(summary.requests.failed).toBe(0);
    expect(summary.duration_s).toBeLessThan(3);
  });
});

describe("users", () => {
  test("each sends a turn every N / rate seconds, first conversations being as old as their user's place", async () => {
    using mock = await Mock.start("--ttft", "20", "--itl", "1", "--tokens", "5");
    using workspace = new Workspace();
    const made = ["--dataset", "random_multi_turn", "--min-turns", "5", "--max-turns", "5", "--input-len", "20"];
    const load = ["--users", "10", "--rate", "20", "--duration", "2s", "--engines", "2", "--no-test-connection"];
    const { folder } = await workspace.run("--url", mock.url, "--model", "mock", ...made, ...load);
    const rows = ask<TurnRow>(workspace.join(folder), "SELECT * FROM result ORDER BY scheduled_time");
    const start = rows[0]!.scheduled_time;
    // 20 a second, evenly: the k-th is due k / 20 s after the first, whichever of the two engines sends it.
    expect(rows.map(({ scheduled_time }) => Math.round((scheduled_time - start) * 200) / 10)).toEqual(
      rows.map((_, k) => k),
    );
    expect(rows.length).toBeGreaterThanOrEqual(38);
    const first = new Map(rows.toReversed().map((row) => [row.id >> 10, row]));
    expect(Array.from({ length: 10 }, (_, user) => first.get(user)?.turn)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    const aged = JSON.parse(first.get(9)!.request) as { messages: Message[] };
    expect(aged.messages.map(({ role }) => role)).toEqual(
      Array.from({ length: 9 }, (_, index) => (index % 2 === 0 ? "user" : "assistant")),
    );
    expect(aged.messages.every(({ content }) => content !== "")).toBe(true);
    const ages = Object.fromEntries(
      summaryOf(workspace.join(folder)).turns!.by_turn.map((of) => [of.turn, of.requests]),
    );
    // The mix of turns is from the start what it stays.
    for (const turn of [0, 1, 2, 3, 4]) expect(ages[turn]).toBeGreaterThanOrEqual(7);
  });

  test("need a rate, and no --parallel", async () => {
    using workspace = new Workspace();
    const run = (...flags: string[]) =>
      workspace.plumb([
        "run",
        "--url",
        "http://127.0.0.1:1",
        "--dataset",
        "random_multi_turn",
        "--users",
        "4",
        ...flags,
      ]);
    const without = await run();
    expect(without).toMatchObject({ code: 2 });
    expect(without.err).toContain("--users needs a rate");
    expect((await run("--rate", "5", "--parallel", "4")).err).toContain("leave --parallel out");
  });
});

test("--connections session: one connection for each conversation", async () => {
  using mock = await Mock.start("--ttft", "5", "--itl", "0", "--tokens", "5");
  using workspace = new Workspace();
  const made = ["--dataset", "random_multi_turn", "--min-turns", "4", "--max-turns", "4", "--input-len", "20"];
  const load = ["--number", "6", "--parallel", "2", "--transport", "socket", "--connections", "session"];
  await mock.reset();
  const { folder } = await workspace.run(
    "--url",
    mock.url,
    "--model",
    "mock",
    "--no-test-connection",
    ...made,
    ...load,
  );
  const opened = ask<{ conversation_id: string; n: number }>(
    workspace.join(folder),
    "SELECT conversation_id, sum(new_connection) AS n FROM result GROUP BY conversation_id",
  );
  expect(opened.map(({ n }) => n)).toEqual([1, 1, 1, 1, 1, 1]);
});

test("at a rate new conversations arrive, and their later turns follow", async () => {
  using mock = await Mock.start("--ttft", "20", "--itl", "0", "--tokens", "5");
  using workspace = new Workspace();
  const made = ["--dataset", "random_multi_turn", "--min-turns", "3", "--max-turns", "3", "--input-len", "20"];
  const load = ["--number", "20", "--rate", "20", "--arrival", "constant", "--no-test-connection"];
  const { folder } = await workspace.run("--url", mock.url, "--model", "mock", ...made, ...load);
  const rows = ask<TurnRow>(workspace.join(folder), "SELECT * FROM result ORDER BY id");
  expect(rows).toHaveLength(60);
  const firsts = rows.filter(({ turn }) => turn === 0).map(({ scheduled_time }) => scheduled_time);
  const gaps = firsts.slice(1).map((time, index) => time - firsts[index]!);
  expect(gaps.every((gap) => Math.abs(gap - 0.05) < 1e-3)).toBe(true);
});
