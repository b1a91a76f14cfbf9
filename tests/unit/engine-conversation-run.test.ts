import { describe, expect, test } from "bun:test";
import type { Answer } from "../../src/contract/api.ts";
import type { Turn } from "../../src/contract/input.ts";
import type { Ready } from "../../src/engine/arrivals.ts";
import { Conversation } from "../../src/engine/conversation.ts";
import { ConversationRun } from "../../src/engine/conversation-run.ts";
import type { Preparation } from "../../src/engine/prepared.ts";
import type { Walk } from "../../src/load/users.ts";

interface Sent {
  turn: number | undefined;
  kind: Ready["kind"];
  message: string | null;
  scheduled: number;
  released: number;
  at: number;
  done: () => void;
}

interface Told {
  thinkS?: number;
  walk?: Walk;
  patienceS?: number;
  build?: (prepared: Preparation, turn: number) => Preparation | Promise<Preparation>;
}

const ANSWER: Answer = { text: "A", reasoning: "", calls: [] };

/** A conversation of three turns whose exchanges end, and are read, when the test says so. */
function begun({ thinkS, walk, patienceS = 5, build = (prepared) => prepared }: Told = {}) {
  const turns = ["a", "b", "c"].map(
    (content): Turn => ({ messages: [{ role: "user", content }], ...(thinkS && { thinkS }) }),
  );
  const manner = { api: {}, applyChatTemplate: true, keepReasoning: false };
  const conversation = new Conversation(0, "run-c0", { kind: "conversation", turns }, manner);
  const sent: Sent[] = [];
  let ends = 0;
  const prepared = (): Preparation => {
    const input = conversation.next();
    const wire = { url: "", method: "POST", headers: {}, body: JSON.stringify(input), conversation: conversation.id };
    const turn = { conversation, index: conversation.turn };
    return { kind: "ready", prepared: { id: conversation.row, spec: { body: input }, wire, turn } };
  };
  const links = {
    now: () => performance.now(),
    patienceS,
    build: () => {
      const made = prepared();
      return build(made, conversation.turn);
    },
    send: (ready: Ready, scheduled: number, released: number, done: () => void) => {
      const place = ready.kind === "ready" ? ready.prepared.turn : ready.turn;
      const message = ready.kind === "failed" ? ready.message : null;
      sent.push({ turn: place?.index, kind: ready.kind, message, scheduled, released, at: performance.now(), done });
    },
  };
  const run = new ConversationRun(conversation, links, walk ?? null, () => ends++);
  const first = prepared();
  if (first.kind !== "ready") throw new Error(first.kind);
  const start = performance.now();
  run.start(first, { scheduled: start, released: start });
  return { conversation, run, sent, ends: () => ends, start };
}

async function until(what: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!what()) {
    if (performance.now() > end) throw new Error("it did not come about");
    await Bun.sleep(1);
  }
}

describe("turn after turn", () => {
  test("each goes out when the one before has been read, and the last one's end is the end", () => {
    const { run, sent, ends } = begun();
    for (const turn of [0, 1]) {
      expect(sent).toHaveLength(turn + 1);
      sent[turn]!.done();
      expect(sent).toHaveLength(turn + 1);
      expect(run.goesOn).toBe(true);
      run.heard(ANSWER);
    }
    expect(sent.map(({ turn }) => turn)).toEqual([0, 1, 2]);
    expect(sent[1]!.scheduled).toBeGreaterThanOrEqual(sent[0]!.at);
    expect(run.goesOn).toBe(false);
    expect(ends()).toBe(0);
    sent[2]!.done();
    run.heard(ANSWER);
    expect(ends()).toBe(1);
  });

  test("a pause counts from the end of the reply, however late that is read", async () => {
    const { run, sent } = begun({ thinkS: 0.05 });
    sent[0]!.done();
    const ended = performance.now();
    await Bun.sleep(20);
    run.heard(ANSWER);
    expect(sent).toHaveLength(1);
    await until(() => sent.length === 2);
    expect(sent[1]!.scheduled - ended).toBeCloseTo(50, -1);
    expect(sent[1]!.released).toBe(sent[1]!.scheduled);
    expect(sent[1]!.at).toBeGreaterThanOrEqual(sent[1]!.scheduled);
  });

  test("a user's own times go before pauses", () => {
    const times = [100, 200];
    const walk: Walk = { age: 0, next: (ended) => ({ scheduled: ended - times.shift()!, released: ended }) };
    const { run, sent } = begun({ thinkS: 60, walk });
    sent[0]!.done();
    run.heard(ANSWER);
    expect(sent[1]!.released - sent[1]!.scheduled).toBe(100);
  });

  test("begun in the middle, the turns before are held already", () => {
    const walk: Walk = { age: 0.7, next: (ended) => ({ scheduled: ended, released: ended }) };
    const { sent, ends } = begun({ walk });
    expect(sent.map(({ turn }) => turn)).toEqual([2]);
    sent[0]!.done();
    expect(ends()).toBe(1);
  });
});

describe("it ends early", () => {
  test("where a turn has failed", () => {
    const { run, sent, ends } = begun();
    sent[0]!.done();
    run.heard(null);
    expect([sent.length, ends()]).toEqual([1, 1]);
  });

  test.each([
    ["failed", { kind: "failed", message: "no" }, "no"],
    ["skipped", { kind: "skipped" }, "buildRequest gave null for turn 2 of a conversation that had begun"],
  ] as const)("where a turn was %s, which is recorded", (_, preparation, message) => {
    const { run, sent, ends } = begun({ build: () => preparation });
    sent[0]!.done();
    run.heard(ANSWER);
    expect(sent[1]).toMatchObject({ kind: "failed", turn: 1, message });
    sent[1]!.done();
    expect(ends()).toBe(1);
  });

  test("where a turn is never built", async () => {
    const { run, sent, ends } = begun({ build: () => new Promise(() => {}), patienceS: 0.02 });
    sent[0]!.done();
    run.heard(ANSWER);
    await until(() => sent.length === 2);
    expect(sent[1]).toMatchObject({ kind: "failed", turn: 1, message: "buildRequest did not settle within 0.02 s" });
    sent[1]!.done();
    expect(ends()).toBe(1);
  });

  test("stopped: at once in a pause, else with the reply that is on the way", () => {
    const pausing = begun({ thinkS: 60 });
    pausing.sent[0]!.done();
    pausing.run.heard(ANSWER);
    pausing.run.stop();
    expect(pausing.ends()).toBe(1);
    const waiting = begun();
    waiting.run.stop();
    expect(waiting.ends()).toBe(0);
    waiting.sent[0]!.done();
    waiting.run.heard(ANSWER);
    expect([waiting.ends(), waiting.sent.length]).toEqual([1, 1]);
  });

  test("stopped while a reply is being read, or a turn built", async () => {
    const reading = begun();
    reading.sent[0]!.done();
    reading.run.stop();
    expect(reading.ends()).toBe(0);
    reading.run.heard(ANSWER);
    expect([reading.ends(), reading.sent.length]).toEqual([1, 1]);
    const building = begun({ build: (prepared) => Bun.sleep(5).then(() => prepared) });
    building.sent[0]!.done();
    building.run.heard(ANSWER);
    building.run.stop();
    expect(building.ends()).toBe(1);
    await Bun.sleep(20);
    expect([building.ends(), building.sent.length]).toEqual([1, 1]);
  });
});
