import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { ask, results, summaryOf } from "./record.ts";

interface Due {
  due: number;
  sent: number;
}

/** Seconds from the first request's time, in the order of the requests. */
function times(folder: string): Due[] {
  return ask<Due>(
    folder,
    `SELECT scheduled_time - (SELECT min(scheduled_time) FROM outcome) AS due,
      sent_time - (SELECT min(scheduled_time) FROM outcome) AS sent FROM outcome ORDER BY id`,
  );
}

const lines = (values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

const TRACE = Array.from({ length: 40 }, (_, index) => ({
  timestamp: 5000 + index * 25,
  input_length: 700 + index,
  output_length: 3 + (index % 4),
  hash_ids: [1, 10 + index],
}));

test.each([["1"], ["2"]])("a trace goes out at its times, in its lengths, from %s engines", async (engines) => {
  using mock = await Mock.start();
  using workspace = new Workspace();
  writeFileSync(workspace.join("trace.jsonl"), lines(TRACE));
  const flags = ["--replay", "trace.jsonl", "--speed", "2", "--engines", engines];
  const { folder, out, err } = await workspace.run("--url", mock.url, ...flags);
  const run = workspace.join(folder);
  expect(err).toContain("trace.jsonl is read as Mooncake's trace: 40 requests, begun within 0.5 s");
  const seen = times(run);
  expect(seen).toHaveLength(40);
  for (const [index, { due, sent }] of seen.entries()) {
    expect(due).toBeCloseTo(index * 0.0125, 4);
    expect(sent).toBeGreaterThan(due - 0.001);
  }
  const rows = results(run);
  expect(rows.map(({ prompt_tokens, completion_tokens }) => [prompt_tokens, completion_tokens])).toEqual(
    TRACE.map(({ input_length, output_length }) => [input_length, output_length]),
  );
  const prompts = rows.map(({ request }) => (JSON.parse(request!).messages[0].content as string).split(" "));
  expect(prompts[7]!.slice(0, 512)).toEqual(prompts[0]!.slice(0, 512));
  expect(prompts[7]!.slice(512)).not.toEqual(prompts[0]!.slice(512, 707));
  const level = summaryOf(run).levels[0]!;
  expect(level.number).toBe(40);
  expect(level.late_sends).toBe(seen.filter(({ due, sent }) => sent - due > 0.01).length);
  expect(out).toMatch(/late +\d+ of 40 sent more than 10 ms late/);
});

test("an earlier run goes out again: bodies, conversations and times, to another model", async () => {
  using mock = await Mock.start();
  using workspace = new Workspace();
  const said = (content: string) => ({ role: "user", content });
  const answer = { role: "assistant", content: "left out" };
  const talks = [[said("a1"), answer, said("a2"), answer, said("a3")], [said("b1")]];
  writeFileSync(workspace.join("talks.jsonl"), lines(talks));
  const data = ["--dataset", "custom_multi_turn", "--dataset-path", "talks.jsonl", "--max-tokens", "5"];
  const first = await workspace.run("--url", mock.url, "--name", "first", ...data, "--parallel", "2", "--number", "4");
  const again = await workspace.run("--url", mock.url, "--name", "again", "--replay", first.folder, "--model", "other");
  expect(again.err).toContain("is read as an earlier run: 8 requests in 4 conversations");
  const asked = (folder: string) =>
    ask<{ turn: number; body: string }>(
      workspace.join(folder),
      "SELECT turn, json_extract(request, '$.messages') AS body FROM result ORDER BY turn, body",
    );
  expect(asked(again.folder)).toEqual(asked(first.folder));
  expect(new Set(results(workspace.join(again.folder)).map(({ request }) => JSON.parse(request!).model))).toEqual(
    new Set(["other"]),
  );
  const begun = (folder: string) =>
    ask<{ at: number }>(
      workspace.join(folder),
      `SELECT ${folder === first.folder ? "sent_time" : "scheduled_time"} - (SELECT min(sent_time) FROM outcome) AS at
        FROM outcome WHERE turn = 0 ORDER BY at`,
    );
  // The first of them was itself sent late by what the second one's count begins with.
  const [before, after] = [begun(first.folder), begun(again.folder)];
  for (const [index, { at }] of after.entries()) expect(Math.abs(at - before[index]!.at)).toBeLessThan(0.15);
});

test("a trace with mistakes is refused whole, before anything is sent", async () => {
  using workspace = new Workspace();
  writeFileSync(
    workspace.join("trace.jsonl"),
    lines([
      { body: {}, timestamp: 1 },
      { body: 1, timestamp: 2 },
      { body: {}, timestamp: 0 },
    ]),
  );
  const url = ["--url", "http://127.0.0.1:9"];
  const { code, err } = await workspace.plumb([
    "run",
    ...url,
    "--dataset",
    "workload_trace",
    "--dataset-path",
    "trace.jsonl",
  ]);
  expect(code).toBe(2);
  expect(err).toContain("trace.jsonl:2 body must be an object, or the JSON text of one\n");
  expect(err).toContain("trace.jsonl:3 is earlier than the line above: sort the trace by time\n");
  const mixed = await workspace.plumb([
    "run",
    ...url,
    "--replay",
    "trace.jsonl",
    "--rate",
    "5",
    "--parallel",
    "1",
    "2",
  ]);
  expect(mixed.code).toBe(2);
  expect(mixed.err).toContain("a trace has its own times and is sent once: leave --rate out");
  expect(mixed.err).toContain("a trace is sent once: give one value of --parallel and --number");
});

test("a run by its configuration file, which another run prints", async () => {
  using mock = await Mock.start();
  using workspace = new Workspace();
  const key = "sk-should-not-be-seen";
  writeFileSync(workspace.join("base.yaml"), "max-tokens: 4\nprompt: hello\nnumber: 9\nheaders: {X-Run: base}\n");
  const own = ["--config", "base.yaml", "--url", mock.url, "--number", "3", "--api-key", key];
  const printed = await workspace.plumb(["run", ...own, "--print-config"]);
  expect(printed.code).toBe(0);
  expect(printed.out).toContain("\nnumber: 3\n");
  expect(printed.out + printed.err).not.toContain(key);
  writeFileSync(workspace.join("whole.yaml"), printed.out);
  expect((await workspace.plumb(["run", "--config", "whole.yaml", "--print-config"])).out).toBe(
    printed.out.replace("# api-key: a secret is left out\n", ""),
  );
  const { folder } = await workspace.run("--config", "whole.yaml", "--outputs-dir", "there");
  expect(folder).toStartWith("there/");
  const rows = results(workspace.join(folder));
  expect(rows.map(({ completion_tokens }) => completion_tokens)).toEqual([4, 4, 4]);
  expect(readFileSync(workspace.join(folder, "config.json"), "utf8")).toContain('"X-Run"');
});
