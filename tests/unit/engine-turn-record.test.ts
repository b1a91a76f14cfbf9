import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { Conversation } from "../../src/engine/conversation.ts";
import { requestDifference } from "../../src/engine/turn-record.ts";
import type { WireRequest } from "../../src/transport/transport.ts";
import { recordRun, request, temporaryFolder } from "./record-fixture.ts";

const TURNS = 150;
const WORDS = 200;

function wireOf(body: string): WireRequest {
  return { url: "http://h/", method: "POST", headers: {}, body, conversation: "c" };
}

test("a long conversation's requests come back whole, by few steps and in space that follows what was said", () => {
  const turns = Array.from({ length: TURNS }, () => ({ messages: [] }));
  const manner = { api: {}, applyChatTemplate: true, keepReasoning: false };
  const conversation = new Conversation(0, "c", { kind: "conversation", turns }, manner);
  const said = (turn: number) => `{"role":"user","content":"${turn} ${"é😀".repeat(WORDS)}"}`;
  const bodies: string[] = [];
  const requests = turns.map((_, index) => {
    bodies.push(`{"messages":[${bodies.map((_, turn) => said(turn)).join(",")},${said(index)}],"model":"m"}`);
    const body = bodies[index]!;
    const difference = requestDifference(index, wireOf(body), { conversation, index });
    const payload = difference === null ? { request: body } : { request: null, difference };
    return request({ id: index, at: index, conversationId: "c", turn: index, turns: TURNS, payload });
  });

  const before = requests.map(({ payload }) => payload.difference?.previous ?? null);
  const steps = (turn: number): number => (before[turn] === null ? 0 : 1 + steps(before[turn]!));
  expect(before.filter((previous) => previous === null)).toHaveLength(1);
  expect(Math.max(...before.map((_, turn) => steps(turn)))).toBeLessThanOrEqual(36);
  const kept = requests.reduce((sum, { payload }) => sum + (payload.difference?.tail.length ?? 0), 0);
  expect(kept).toBeLessThan(2.1 * bodies.at(-1)!.length);

  using folder = temporaryFolder();
  recordRun(folder.file, { requests });
  using db = new Database(folder.file, { readonly: true });
  const rows = db.query("SELECT request FROM result ORDER BY id").all() as { request: string }[];
  expect(rows.map(({ request: body }) => body)).toEqual(bodies);
});

test("a conversation that begins in its middle refers to the turn before until it has a milestone", () => {
  const manner = { api: {}, applyChatTemplate: true, keepReasoning: false };
  const conversation = new Conversation(0, "c", { kind: "conversation", turns: [] }, manner);
  const previous = (index: number) =>
    requestDifference(index, wireOf(`{"turns":${index}}`), { conversation, index })?.previous ?? null;
  expect([30, 31, 32, 33].map(previous)).toEqual([null, 30, 31, 32]);
  expect(previous(64)).toBe(32);
});
