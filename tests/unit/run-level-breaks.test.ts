import { expect, test } from "bun:test";
import type { AroundLevels } from "../../src/config/run-config.ts";
import type { ProbeAsk, ProbeResult } from "../../src/engine/protocol.ts";
import type { Stage } from "../../src/load/stages.ts";
import { LevelBreaks } from "../../src/run/level-breaks.ts";
import { stageOf } from "./load-fixture.ts";

const URL_OF_LOAD = "http://host:8000/v1/chat/completions";
const RESET = { method: "POST", url: "http://host:8000/reset" };

function breaksOf(around: Partial<AroundLevels>, answer: ProbeResult | null = { ok: true, status: 200, body: "" }) {
  const asked: ProbeAsk[] = [];
  const notices: string[] = [];
  const breaks = new LevelBreaks(
    { url: URL_OF_LOAD, around: { pauseS: 0, before: [], profile: false, ...around } },
    {
      probe: (ask) => {
        asked.push(ask);
        return answer === null ? new Promise(() => {}) : Promise.resolve(answer);
      },
      notice: (line) => notices.push(line),
    },
  );
  return { breaks, asked, notices };
}

const warm = stageOf({ phase: "warmup" });
const first = stageOf({ index: 1 });
const second = stageOf({ index: 2, level: 1 });
const again = stageOf({ index: 3, repeat: 1 });

async function through(breaks: LevelBreaks, stages: Stage[]): Promise<void> {
  let previous: Stage | null = null;
  for (const stage of stages) {
    await breaks.before(stage, previous);
    await breaks.after(stage);
    previous = stage;
  }
}

test("calls go before each level, its warm-up included; the profiler runs while it is measured", async () => {
  const { breaks, asked } = breaksOf({ before: [RESET], profile: true });
  await through(breaks, [warm, first, second, again]);
  const profile = ["start", "stop"].map((what) => ({ method: "POST", url: `http://host:8000/${what}_profile` }));
  const calls = [RESET, ...profile, RESET, ...profile, RESET, ...profile];
  expect(asked).toEqual(calls.map((call) => ({ kind: "call" as const, ...call })));
});

test("a call that fails is a line, in one piece, and the load goes on", async () => {
  const answer = { ok: false, status: 404, kind: "http", message: "HTTP 404;\n\u001b[31mno", body: "" } as const;
  const { breaks, notices } = breaksOf({ before: [RESET] }, answer);
  await through(breaks, [first]);
  expect(notices).toEqual([
    "--before-level: POST http://host:8000/reset failed (HTTP 404; [31mno); the load is sent all the same",
  ]);
});

test("the pause is between levels, and a halt ends it, as it ends the wait for a call", async () => {
  const paused = breaksOf({ pauseS: 0.08 });
  const start = performance.now();
  await through(paused.breaks, [warm, first]);
  expect(performance.now() - start).toBeLessThan(75);
  await paused.breaks.before(second, first);
  expect(performance.now() - start).toBeGreaterThan(75);
  const halted = breaksOf({ pauseS: 3600, before: [RESET] }, null);
  const waiting = halted.breaks.before(second, first);
  halted.breaks.halt();
  await waiting;
});

test("a profiler is stopped after a halt too, and not waited for any more when all is abandoned", async () => {
  const { breaks, asked } = breaksOf({ profile: true }, null);
  breaks.halt();
  let over = false;
  const stopping = breaks.after(first).then(() => {
    over = true;
  });
  await Bun.sleep(5);
  expect(asked).toHaveLength(1);
  expect(over).toBe(false);
  breaks.abandon();
  await stopping;
});
