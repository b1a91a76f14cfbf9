import { expect, test } from "bun:test";
import { findConversations, findMarks } from "../../src/config/conversation.ts";
import { Mistakes } from "../../src/config/mistakes.ts";
import type { RunOptions } from "../../src/config/run-options.ts";

type Asked = Pick<RunOptions, "multiTurn" | "minTurns" | "maxTurns" | "users" | "keepReasoning"> &
  Pick<RunOptions, "sessionHeader" | "requestIds" | "traceparent">;

function found(changed: Partial<Asked> = {}) {
  const options = { multiTurn: false, keepReasoning: false, traceparent: false, ...changed } as RunOptions;
  const mistakes = new Mistakes();
  const config = { ...findConversations(options, mistakes), ...findMarks(options, mistakes) };
  return { config, said: mistakes.any ? mistakes.asError().message : "" };
}

test("nothing given: single requests without headers of their own, unless the dataset says otherwise", () => {
  expect(found()).toEqual({
    config: {
      multiTurn: false,
      minTurns: null,
      maxTurns: null,
      users: null,
      keepReasoning: false,
      sessionHeader: null,
      requestIds: null,
      traceparent: false,
    },
    said: "",
  });
});

test("users have conversations; a header's name is lower case", () => {
  const { config } = found({ users: 4, sessionHeader: "X-Session-Id", requestIds: false });
  expect(config).toMatchObject({ multiTurn: true, users: 4, sessionHeader: "x-session-id", requestIds: false });
});

test("bounds the wrong way round, and what is no header's name", () => {
  expect(found({ minTurns: 5, maxTurns: 3 }).said).toBe("--min-turns 5 is above --max-turns 3");
  expect(found({ sessionHeader: "a b" }).said).toContain('--session-header: "a b" cannot be the name of a header');
});
