import { expect, test } from "bun:test";
import { blankOutcome } from "../../src/engine/finished.ts";
import { Outbox } from "../../src/engine/outbox.ts";
import { unpackFinished } from "../../src/engine/packing.ts";
import type { Finished, FromEngine } from "../../src/engine/protocol.ts";
import { identityOf, STAGE } from "./engine-fixture.ts";

function row(id: number): Finished {
  const payload = { request: null, responseMessages: null, eventTimes: null, eventTokens: null, outputText: null };
  const outcome = blankOutcome(id, STAGE, identityOf());
  return { recorded: { outcome, payload }, firstChunkTokens: null, outputSpanS: null, reasoningStreamed: false };
}

const idsOf = (message: FromEngine) =>
  message.type === "finished" ? unpackFinished(message.packed).map(({ recorded }) => recorded.outcome.id) : [];

test("everything goes out once, in order, in batches; what comes meanwhile goes with the next flush", async () => {
  const sent: number[][] = [];
  const outbox = new Outbox((message) => sent.push(idsOf(message)));
  const push = (from: number, to: number) => {
    for (let id = from; id < to; id++) outbox.push(row(id));
  };
  push(0, 150);
  const first = outbox.flush();
  await Promise.resolve();
  push(150, 153);
  const second = outbox.flush();
  const third = outbox.flush();
  await first;
  expect(sent.flat().length).toBeGreaterThanOrEqual(150);
  await Promise.all([second, third]);
  expect(sent.flat()).toEqual(Array.from({ length: 153 }, (_, id) => id));
  expect(Math.max(...sent.map((batch) => batch.length))).toBeLessThanOrEqual(64);
});

test("nothing to say: no message", async () => {
  let messages = 0;
  const outbox = new Outbox(() => messages++);
  await outbox.flush();
  expect(messages).toBe(0);
  expect(outbox.size).toBe(0);
});

test("large rows go out a few at a time: a message is copied whole", async () => {
  const sent: FromEngine[] = [];
  const outbox = new Outbox((message) => sent.push(message));
  const sizes = [10, 3e6, 3e6, 3e6, 20e6, 1, 2, 3];
  for (const [id, size] of sizes.entries()) {
    const large = row(id);
    large.recorded.payload.outputText = "x".repeat(size);
    outbox.push(large);
  }
  await outbox.flush();
  expect(sent.map(idsOf)).toEqual([
    [0, 1, 2],
    [3, 4],
    [5, 6, 7],
  ]);
});
