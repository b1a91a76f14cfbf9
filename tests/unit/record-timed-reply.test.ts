import { expect, test } from "bun:test";
import { openRun } from "../../src/record/reader.ts";
import { recordRun, request, temporaryFolder } from "./record-fixture.ts";

test("replies have their own events, whether or not the tokens are those of the one before", () => {
  using folder = temporaryFolder();
  const tokens = [[0, 1], [0, 1], [2, 3], null, [0, 1]];
  recordRun(folder.file, {
    requests: tokens.map((of, id) => {
      const kept = of === null ? { eventTimes: null, eventTokens: null } : {};
      return request({ id, at: id, times: [id, id + 1], payload: kept, ...(of !== null && { tokens: of }) });
    }),
  });
  using reader = openRun(folder.file);
  const replies = [...reader.timedReplies(reader.levels()[0]!)];
  expect(replies.map((reply) => reply.tokens)).toEqual(tokens.map((of) => of ?? []));
  expect(replies.map((reply) => reply.times)).toEqual([[0, 1], [1, 2], [2, 3], [], [4, 5]]);
});
