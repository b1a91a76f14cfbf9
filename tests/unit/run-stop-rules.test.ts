import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Stage } from "../../src/load/stages.ts";
import type { Ending, ErrorKind } from "../../src/record/outcome.ts";
import { StopRules } from "../../src/run/stop-rules.ts";
import { stageOf } from "./load-fixture.ts";

const NONE = { errors: null, errorRate: null };
const OK: Ending = { ok: true };
const failed = (kind: ErrorKind): Ending => ({ ok: false, kind, message: `it was ${kind}` });

function rulesOf(limits: { errors: number | null; errorRate: number | null }, shape: Partial<Stage> = {}): StopRules {
  const rules = new StopRules(limits, { api: "mine", dataset: "openqa" });
  rules.begin(stageOf({ number: 100_000, ...shape }));
  return rules;
}

/** The number of the request after which a run should end, and why; null: it goes on. */
function endOf(rules: StopRules, endings: Ending[], at: (k: number) => number = () => 0) {
  for (const [k, ending] of endings.entries()) {
    const reason = rules.add({ ending, completedTime: at(k) });
    if (reason !== null) return { after: k + 1, reason };
  }
  return null;
}

const many = (count: number, ending: Ending): Ending[] => Array.from({ length: count }, () => ending);

describe("--max-errors", () => {
  test("ends the run at that many failures, of all levels together", () => {
    const rules = rulesOf({ errors: 3, errorRate: null });
    expect(endOf(rules, [OK, failed("reset"), OK, failed("http_5xx"), OK])).toBeNull();
    rules.begin(stageOf({ index: 1, level: 1, number: 10 }));
    expect(endOf(rules, [OK, failed("empty")])).toEqual({ after: 2, reason: "3 requests failed: --max-errors 3" });
  });

  test("what the person gave up does not count", () => {
    for (const kind of ["cancelled", "cancelled_on_purpose", "unsent"] as const) {
      expect(endOf(rulesOf({ errors: 1, errorRate: 0 }), many(100, failed(kind)))).toBeNull();
    }
  });
});

describe("--max-error-rate", () => {
  test("no early failure ends a run: 20 must have ended, or as many as there are slots", () => {
    const one = [failed("reset"), ...many(19, OK)];
    expect(endOf(rulesOf({ errors: null, errorRate: 0.1 }), [...one, ...many(100, OK)])).toBeNull();
    expect(endOf(rulesOf({ errors: null, errorRate: 0.05 }), one)).toEqual({
      after: 20,
      reason: "1 of 20 requests failed: --max-error-rate 0.05",
    });
    const wide = rulesOf({ errors: null, errorRate: 0.5 }, { parallel: 64 });
    expect(endOf(wide, many(100, failed("reset")))?.after).toBe(64);
  });

  test("without a bound or a count 20 are enough", () => {
    const open = rulesOf({ errors: null, errorRate: 0.5 }, { parallel: null, number: null });
    expect(endOf(open, many(100, failed("reset")))?.after).toBe(20);
  });

  test("a level that is shorter than that is judged at its end", () => {
    const rules = rulesOf({ errors: null, errorRate: 0.2 }, { number: 5 });
    expect(endOf(rules, [failed("reset"), ...many(4, OK)])?.after).toBe(5);
  });

  test("each level begins anew", () => {
    const rules = rulesOf({ errors: null, errorRate: 0.5 });
    expect(endOf(rules, [...many(40, OK), ...many(39, failed("reset"))])).toBeNull();
    rules.begin(stageOf({ index: 1, level: 1, number: 1000 }));
    expect(endOf(rules, many(30, failed("reset")))?.after).toBe(20);
  });

  test("0 is any failure, and never none", () => {
    expect(endOf(rulesOf({ errors: null, errorRate: 0 }), many(1000, OK))).toBeNull();
    expect(endOf(rulesOf({ errors: null, errorRate: 0 }), [...many(500, OK), failed("reset")])?.after).toBe(501);
  });
});

describe("a service that takes no connections", () => {
  test("1,000 refusals with nothing before them end the run at once", () => {
    const end = endOf(rulesOf(NONE), many(5000, failed("connect")), (k) => k / 4000);
    expect(end?.after).toBe(1000);
    expect(end?.reason).toMatch(/^the service takes no connections: .*connect 1000.*it was connect$/);
  });

  test("many slots must be refused twice each", () => {
    expect(endOf(rulesOf(NONE, { parallel: 4000 }), many(7999, failed("connect")))).toBeNull();
    expect(endOf(rulesOf(NONE, { parallel: 4000 }), many(8000, failed("connect")))?.after).toBe(8000);
  });

  test("once something has ended otherwise, 5 s of nothing but refusals do", () => {
    const endings = [OK, ...many(60_000, failed("connect"))];
    const end = endOf(rulesOf(NONE), endings, (k) => 100 + k / 1000);
    expect(end?.after).toBe(5002);
    expect(end?.reason).toContain("5.0 s");
  });

  test("few and slow ones too, of different kinds", () => {
    const kinds = [failed("timeout_connect"), failed("dns"), failed("tls")];
    expect(endOf(rulesOf(NONE), kinds, (k) => 30 * k)?.after).toBe(2);
    expect(endOf(rulesOf(NONE), kinds, (k) => 2 * k)).toBeNull();
  });

  test("anything else that ends in between begins the count anew", () => {
    for (const other of [OK, failed("http_5xx"), failed("reset"), failed("timeout_idle")]) {
      const endings = Array.from({ length: 20_000 }, (_, k) => (k % 999 === 998 ? other : failed("connect")));
      expect(endOf(rulesOf(NONE), endings, (k) => k / 1000)).toBeNull();
    }
  });

  test("reports of several engines that come out of order", () => {
    const times = [10, 12, 11, 14, 13, 15.5];
    expect(endOf(rulesOf(NONE), many(6, failed("connect")), (k) => times[k]!)?.after).toBe(6);
  });
});

describe("a plugin", () => {
  test("that failed on each of the first 20 requests ends the run", () => {
    const end = endOf(rulesOf(NONE), many(100, failed("plugin")));
    expect(end).toEqual({
      after: 20,
      reason: "API plugin mine failed on each of the first 20 requests: it was plugin",
    });
    expect(endOf(rulesOf(NONE), [OK, ...many(100, failed("plugin"))])).toBeNull();
  });

  test("that skips everything ends it too", () => {
    const rules = rulesOf(NONE);
    expect(rules.skip(99_999)).toBeNull();
    expect(rules.skip(1)).toMatch(/skipped all of the first 100000 inputs of dataset openqa: nothing to send/);
    const working = rulesOf(NONE);
    working.add({ ending: OK, completedTime: 1 });
    expect(working.skip(1_000_000)).toBeNull();
  });
});

test("without limits no mix in which something else ends now and then ever ends a run", () => {
  const kind = fc.constantFrom<ErrorKind>("connect", "dns", "reset", "http_5xx", "timeout_idle", "plugin");
  const ending = fc.oneof(fc.constant(OK), kind.map(failed));
  fc.assert(
    fc.property(fc.array(ending, { maxLength: 300 }), (endings) => {
      const mixed = [OK, ...endings.flatMap((one) => [one, OK])];
      expect(endOf(rulesOf(NONE), mixed, (k) => k * 10)).toBeNull();
    }),
  );
});
