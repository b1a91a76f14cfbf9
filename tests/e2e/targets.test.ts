import { afterAll, beforeAll, expect, test } from "bun:test";
import { closedPort } from "./closed-port.ts";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";
import { ask, summaryOf } from "./record.ts";

let fast: Mock;
let slow: Mock;
beforeAll(async () => {
  const flags = ["--itl", "0", "--tokens", "4"];
  [fast, slow] = await Promise.all([Mock.start("--ttft", "5", ...flags), Mock.start("--ttft", "250", ...flags)]);
});
afterAll(() => {
  fast[Symbol.dispose]();
  slow[Symbol.dispose]();
});

interface Row {
  id: number;
  model: string;
  endpoint: string;
  asked: string;
  conversation: string | null;
}

const rowsOf = (space: Workspace, folder: string) =>
  ask<Row>(
    space.join(folder),
    `SELECT id, model, endpoint, request ->> 'model' AS asked, conversation_id AS conversation FROM result ORDER BY id`,
  );
const countOf = (rows: Row[], key: "model" | "endpoint") =>
  [...Map.groupBy(rows, (row) => row[key])].map(([name, of]) => [name, of.length]).toSorted();

test("models and URLs in turn, whatever the number of engines; figures of each", async () => {
  using space = new Workspace();
  await Promise.all([fast.reset(), slow.reset()]);
  const flags = ["--url", fast.url, slow.url, "--model", "a,b", "-n", "24", "--parallel", "4"];
  const one = await space.run(...flags, "--engines", "1");
  const two = await space.run(...flags, "--engines", "2");
  const rows = rowsOf(space, one.folder);
  expect(rowsOf(space, two.folder)).toEqual(rows);
  expect(rows.every(({ model, asked }) => model === asked)).toBe(true);
  expect(countOf(rows, "model")).toEqual([
    ["a", 12],
    ["b", 12],
  ]);
  expect(countOf(rows, "endpoint").map(([, n]) => n)).toEqual([12, 12]);
  // Each of two runs: half of the load, and the connection test.
  expect((await slow.stats()).requests).toBe(26);
  const { models, endpoints, parts } = summaryOf(space.join(one.folder)).levels[0]!;
  expect(parts).toBeNull();
  expect(models!.map(({ model, requests, success }) => [model, requests, success])).toEqual([
    ["a", 12, 12],
    ["b", 12, 12],
  ]);
  const ttft = (url: string) => endpoints!.find(({ endpoint }) => endpoint.startsWith(url))!.ttft_ms!.p50;
  expect(ttft(slow.url)).toBeGreaterThan(200);
  expect(ttft(fast.url)).toBeLessThan(ttft(slow.url));
  expect(one.out).toContain("a: 12 requests");
  expect(one.out.replace(/\s+/g, " ")).toContain(`${slow.url}/chat/completions: 12 requests`);
});

test("least busy: the slow one gets less; a conversation stays where it began", async () => {
  using space = new Workspace();
  const flags = ["--url", fast.url, slow.url, "--url-mix", "least-busy", "--parallel", "2"];
  const { folder } = await space.run(...flags, "-n", "40");
  const [[, slowly], [, quickly]] = countOf(rowsOf(space, folder), "endpoint").toSorted(
    ([, a], [, b]) => Number(a) - Number(b),
  ) as [[string, number], [string, number]];
  expect(slowly + quickly).toBe(40);
  expect(quickly).toBeGreaterThan(slowly);

  const made = ["--dataset", "random_multi_turn", "--min-turns", "3", "--max-turns", "3", "--input-len", "20"];
  const talk = [...made, "--multi-turn", "--model", "a:1,b:1", "-n", "8"];
  const { folder: talked } = await space.run(...flags, ...talk);
  const conversations = Map.groupBy(rowsOf(space, talked), ({ conversation }) => conversation);
  expect(conversations.size).toBe(8);
  for (const rows of conversations.values()) {
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map(({ model, endpoint }) => `${model} ${endpoint}`)).size).toBe(1);
  }
});

test("every URL is tested, and the one that fails is named", async () => {
  using space = new Workspace();
  const dead = closedPort();
  const { code, err } = await space.plumb(["run", "--url", fast.url, `http://127.0.0.1:${dead}`, "-n", "2"]);
  expect(code).toBe(1);
  expect(err).toContain(`cannot connect to 127.0.0.1:${dead}`);
  expect(err).not.toContain(new URL(fast.url).host);
});
