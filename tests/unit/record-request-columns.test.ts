import { expect, test } from "bun:test";
import { openRun } from "../../src/record/reader.ts";
import { levelRow, recordRun, request, START, temporaryFolder } from "./record-fixture.ts";

test("columns are those of a level's own sent requests, in their order and in blocks", () => {
  using folder = temporaryFolder();
  const ids = Array.from({ length: 2500 }, (_, i) => i + 1);
  const ofLevel = (id: number) => ({ level: id % 2, sentTime: id === 3 ? null : START + id });
  recordRun(folder.file, {
    levels: [levelRow(), levelRow({ level: 1 })],
    requests: ids.map((id) => request({ id, at: id, part: id === 5 ? null : "p", promptTokens: id, ...ofLevel(id) })),
  });
  using reader = openRun(folder.file);
  const [, odd] = reader.levels();
  const blocks = [...reader.columns(odd!, "sent_time", ["prompt_tokens", "cached_tokens"])];
  const expected = ids.filter((id) => id % 2 === 1 && id !== 3).map((id) => [START + id, id, null]);
  expect(blocks.length).toBeGreaterThan(1);
  expect(blocks.flat()).toEqual(expected as (typeof blocks)[number]);
  const parts = [...reader.columns(odd!, "part", ["prompt_tokens"])].flat();
  expect(parts.slice(0, 3)).toEqual([
    ["p", 1],
    ["p", 7],
    ["p", 9],
  ]);
  expect([...reader.timedReplies(odd!)].map(({ promptTokens }) => promptTokens)).toEqual(expected.map(([, id]) => id!));
});
