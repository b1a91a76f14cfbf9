import { expect, test } from "bun:test";
import fc from "fast-check";
import { blankOutcome } from "../../src/engine/finished.ts";
import { packFinished, unpackFinished } from "../../src/engine/packing.ts";
import type { Finished } from "../../src/engine/protocol.ts";
import { identityOf, STAGE } from "./engine-fixture.ts";

const text = fc.option(
  fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("", ":", "9:", "\ud800", "\udfff\ud800", "\0", "😀"),
  ),
);
const payload = fc.record({
  request: text,
  responseMessages: text,
  eventTimes: text,
  eventTokens: text,
  outputText: text,
});
const number = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0));
const row: fc.Arbitrary<Finished> = fc
  .record({ payload, message: fc.string({ unit: "binary" }), id: fc.nat(), latency: number, model: fc.string() })
  .chain(({ payload, message, id, latency, model }) =>
    fc.record({
      recorded: fc.constant({
        outcome: {
          ...blankOutcome(id, STAGE, identityOf()),
          latency,
          model,
          ending: { ok: false as const, kind: "reset" as const, message },
        },
        payload,
      }),
      firstChunkTokens: fc.option(fc.nat()),
      outputSpanS: number,
      reasoningStreamed: fc.boolean(),
    }),
  );

test("a batch comes out as it went in, whatever its texts", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
      expect(unpackFinished(packFinished(rows))).toEqual(rows);
    }),
    { numRuns: 300 },
  );
});

test("long texts are not copied through JSON", () => {
  const [one] = fc.sample(row, { numRuns: 1, seed: 1 });
  one!.recorded.payload.responseMessages = '"'.repeat(100_000);
  expect(packFinished([one!]).length).toBeLessThan(105_000);
});
