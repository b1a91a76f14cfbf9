import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { summaryOf } from "./record.ts";

let mock: Mock;
beforeAll(async () => {
  mock = await Mock.start("--ttft", "2", "--itl", "0", "--tokens", "500");
});
afterAll(() => mock[Symbol.dispose]());

interface Row {
  asked: number | null;
  prompt: number | null;
  askedOut: number | null;
  out: number | null;
  source: string;
  part: string | null;
  body: Record<string, unknown>;
}

function rowsOf(folder: string): Row[] {
  using db = new Database(`${folder}/benchmark_data.db`, { readonly: true });
  const rows = db
    .query<Row & { body: string }, []>(
      `SELECT asked_prompt_tokens AS asked, prompt_tokens AS prompt, asked_completion_tokens AS askedOut,
         completion_tokens AS out, token_source AS source, part, request AS body FROM result ORDER BY id`,
    )
    .all();
  return rows.map((row) => ({ ...row, body: JSON.parse(row.body) as Row["body"] }));
}

/** The run's folder. */
async function run(space: Workspace, ...flags: string[]): Promise<string> {
  const where = flags.includes("--url") ? [] : ["--url", mock.url];
  const { folder } = await space.run(...where, ...flags);
  return join(space.path, folder);
}

test("what the service counts is what was asked for, of prompts and of replies", async () => {
  using space = new Workspace();
  const flags = ["--dataset", "random", "--lengths", "64,9:1;512,17:1", "-n", "40", "--parallel", "4"];
  const folder = await run(space, ...flags);
  for (const { asked, prompt, askedOut, out, body } of rowsOf(folder)) {
    expect([prompt, out]).toEqual([asked, askedOut]);
    expect(body).toMatchObject({ max_tokens: out, min_tokens: out, ignore_eos: true });
  }
  const { lengths } = summaryOf(folder).levels[0]!;
  for (const of of [lengths!.input!, lengths!.output!]) {
    expect(of).toMatchObject({ requests: 40, exact_share: 1, off_by_more_than_5_percent: 0 });
  }
});

test("made prompts are others in every run and level, unless somebody asks for the same", async () => {
  using space = new Workspace();
  const flags = ["--dataset", "random", "--input-len", "30", "-n", "6", "--parallel", "1,2"];
  const texts = async (...more: string[]) =>
    rowsOf(await run(space, ...flags, ...more)).map(({ body }) => JSON.stringify(body.messages));
  expect(new Set([...(await texts()), ...(await texts())]).size).toBe(24);
  const same = await texts("--no-cache-bust");
  expect((await texts("--no-cache-bust")).toSorted()).toEqual(same.toSorted());
});

test("datasets by weight have figures of their own", async () => {
  using space = new Workspace();
  const folder = await run(space, "--dataset", "openqa:3,random:1", "--input-len", "20", "-n", "80");
  const { parts } = summaryOf(folder).levels[0]!;
  expect(parts!.map(({ part }) => part)).toEqual(["openqa", "random"]);
  expect(parts!.reduce((sum, { requests }) => sum + requests, 0)).toBe(80);
  expect(parts![0]!.requests).toBeGreaterThan(parts![1]!.requests);
  expect(parts![1]!.prompt_tokens).toMatchObject({ min: 20, max: 20 });
});

test("a sample is a few of the data, over and over", async () => {
  using space = new Workspace();
  const folder = await run(space, "--sample", "5", "-n", "40", "--seed", "3");
  expect(new Set(rowsOf(folder).map(({ body }) => JSON.stringify(body.messages))).size).toBe(5);
});

test("without usage a named tokenizer counts, in a thread of its own", async () => {
  using space = new Workspace();
  using silent = await Mock.start("--ttft", "2", "--itl", "0", "--tokens", "20", "--no-usage");
  const flags = ["--url", silent.url, "--tokenizer-path", "o200k_base", "--prompt", "Hello, world!", "-n", "20"];
  for (const row of rowsOf(await run(space, ...flags))) {
    expect(row).toMatchObject({ prompt: 4, source: "tokenizer" });
    expect(row.out).toBeGreaterThan(0);
  }
});

test("prompts go out as token ids", async () => {
  using space = new Workspace();
  const flags = ["--url", `${mock.url}/completions`, "--tokenizer-path", "o200k_base", "--tokenize-prompt"];
  for (const { asked, body } of rowsOf(await run(space, ...flags, "--dataset", "random", "--input-len", "50"))) {
    expect(body.prompt).toBeArrayOfSize(50);
    expect(asked).toBe(50);
    for (const id of body.prompt as unknown[]) expect(id).toBeNumber();
  }
});
