import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { TargetsConfig } from "../../src/config/targets.ts";
import { aimOf } from "../../src/engine/aim.ts";
import { LeastBusy } from "../../src/engine/least-busy.ts";
import type { Prepared } from "../../src/engine/prepared.ts";
import { CONFIG } from "./record-fixture.ts";

const URLS = ["http://a/v1", "http://b/v1"];

function configOf(change: Partial<TargetsConfig>, seed = 1) {
  const none: TargetsConfig = { models: [], modelMix: "round-robin", urls: [CONFIG.url], urlMix: "round-robin" };
  return { ...CONFIG, seed, targets: { ...none, ...change } };
}

const models = (...weights: number[]) => weights.map((weight, index) => ({ name: `m${index}`, weight }));
const first = (n: number, config: ReturnType<typeof configOf>) => Array.from({ length: n }, (_, k) => aimOf(config, k));

describe("who gets an arrival", () => {
  test("one model and one URL: they", () => {
    expect(aimOf(CONFIG, 7)).toEqual({ model: "test-model", endpoint: CONFIG.url });
    expect(aimOf(configOf({ urls: URLS }), 1)).toEqual({ model: "test-model", endpoint: "http://b/v1" });
  });

  test("in turn: every pair of model and URL equally often", () => {
    const pairs = first(60, configOf({ models: models(1, 1, 1), urls: URLS })).map((aim) => JSON.stringify(aim));
    const counts = Map.groupBy(pairs, (pair) => pair);
    expect([...counts.values()].map((of) => of.length)).toEqual([10, 10, 10, 10, 10, 10]);
  });

  test("drawn: by weight, the same for the same seed, others for another", () => {
    const targets = { models: models(7, 3), modelMix: "random" } as const;
    const drawn = first(10_000, configOf(targets)).map(({ model }) => model);
    const share = drawn.filter((name) => name === "m0").length / drawn.length;
    // Five standard deviations.
    expect(Math.abs(share - 0.7)).toBeLessThan(0.023);
    expect(first(10_000, configOf(targets)).map(({ model }) => model)).toEqual(drawn);
    expect(first(10_000, configOf(targets, 2)).map(({ model }) => model)).not.toEqual(drawn);
  });

  test("whatever the choice, one that was given", () => {
    const choice = fc.record({
      weights: fc.array(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 5 }),
      modelMix: fc.constantFrom("round-robin" as const, "random" as const),
      urls: fc.uniqueArray(fc.webUrl(), { minLength: 1, maxLength: 4 }),
      arrival: fc.nat(),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(choice, ({ weights, modelMix, urls, arrival, seed }) => {
        const aim = aimOf(configOf({ models: models(...weights), modelMix, urls }, seed), arrival);
        expect(urls).toContain(aim.endpoint!);
        expect([CONFIG.params.model, ...weights.map((_, index) => `m${index}`)]).toContain(aim.model);
      }),
    );
  });
});

describe("fewest in flight", () => {
  const wire = { url: URLS[0]!, method: "POST", headers: {}, body: null, conversation: null };
  const aim = { model: "m", endpoint: null };
  const made: Prepared = { id: 1, spec: { body: {} }, wire, aim };
  const leastBusy = () => new LeastBusy(configOf({ urls: URLS, urlMix: "least-busy" }));
  const conversing = (conversation: { endpoint: string | null }): Prepared => {
    return { ...made, turn: { conversation, index: 0 } as Prepared["turn"] };
  };

  test("is chosen when a request is sent, not before", () => {
    expect(aimOf(configOf({ urls: URLS, urlMix: "least-busy" }), 3).endpoint).toBeNull();
  });

  test("equals take turns; who is slow gets less", () => {
    const busy = leastBusy();
    const sent = [made, made, made, made].map((one) => busy.aim(one));
    expect(sent.map(({ wire }) => wire.url)).toEqual([...URLS, ...URLS]);
    expect(sent.map(({ aim }) => aim?.endpoint)).toEqual([...URLS, ...URLS]);
    // b answers, a does not.
    busy.forget(sent[1]!);
    busy.forget(sent[3]!);
    expect([made, made].map((one) => busy.aim(one).wire.url)).toEqual([URLS[1]!, URLS[1]!]);
  });

  test("a conversation stays where its first turn went", () => {
    const busy = leastBusy();
    const conversation = { endpoint: null };
    expect(busy.aim(conversing(conversation)).wire.url).toBe(URLS[0]!);
    busy.aim(made);
    busy.aim(made);
    busy.aim(made);
    expect(busy.aim(conversing(conversation)).wire.url).toBe(URLS[0]!);
  });

  test("a URL of the plugin's own stays, and counts for the one it was built with", () => {
    const busy = leastBusy();
    busy.aim(made);
    const own: Prepared = { ...made, spec: { body: {}, url: "http://own/" }, wire: { ...wire, url: "http://own/" } };
    expect(busy.aim(own)).toMatchObject({ wire: { url: "http://own/" }, aim: { endpoint: URLS[0] } });
  });
});
