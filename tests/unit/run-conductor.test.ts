import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LevelConfig, StopRules } from "../../src/config/run-config.ts";
import { UserError } from "../../src/config/user-error.ts";
import type { Input } from "../../src/contract/input.ts";
import { FixedPlan } from "../../src/load/plan.ts";
import { stagesOf } from "../../src/load/stages.ts";
import { RunWriter } from "../../src/record/writer.ts";
import { Conductor } from "../../src/run/conductor.ts";
import { Engines } from "../../src/run/engines.ts";
import type { InputSource } from "../../src/run/feed.ts";
import { PLAIN_API } from "./engine-fixture.ts";
import { FakeEngine } from "./fake-engine.ts";
import { closedLevel } from "./load-fixture.ts";
import { COUNTING, configOf } from "./run-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "plumb-conductor-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

interface Row {
  id: number;
  engine: number;
  phase: string;
  level: number;
  success: number;
  error_kind: string | null;
  sent_time: number | null;
}

class Rehearsal {
  readonly fakes: FakeEngine[];
  readonly notices: string[] = [];
  readonly #path = join(folder, `${files++}.db`);
  taken = 0;
  #stopped = 0;

  constructor(
    engines: number,
    /** Inputs that the dataset has before it fails. */
    readonly failAt = Number.POSITIVE_INFINITY,
    readonly stopAt: StopRules = { errors: null, errorRate: null },
  ) {
    this.fakes = Array.from({ length: engines }, (_, index) => new FakeEngine(index));
  }

  async conduct(levels: LevelConfig[], act: (conductor: Conductor) => void = () => {}, warmup = 0) {
    const engines = await Engines.start(this.fakes);
    const config = configOf({ levels, stopAt: this.stopAt });
    const writer = new RunWriter(
      this.#path,
      {
        startTime: 1,
        endTime: null,
        end: "running",
        endReason: null,
        config: JSON.stringify(config),
        versions: { plumb: "0", bun: "0" },
        machine: { os: "", cpu: "", cores: 1, memoryMb: 1, hostname: "" },
        seed: 0,
        skipped: 0,
        calibration: null,
      },
      { mode: "full" },
    );
    const source: InputSource = { take: async (count) => this.#inputs(count) };
    const nothing = () => {};
    const observer = {
      planned: nothing,
      stage: nothing,
      finished: nothing,
      inFlight: nothing,
      stopping: () => this.#stopped++,
      notice: (line: string) => this.notices.push(line),
      debug: nothing,
    };
    const conductor = new Conductor({
      ...{ config, api: PLAIN_API, runId: "r", engines, writer, source, observer },
      counting: COUNTING,
    });
    act(conductor);
    const ending = await conductor.conduct(new FixedPlan(stagesOf(levels, { num: warmup, durationS: null })));
    writer.finish(ending.end, ending.reason, conductor.skipped);
    return { ending, skipped: conductor.skipped, rows: this.#rows(), stopped: this.#stopped };
  }

  #inputs(count: number): Input[] {
    if (this.taken >= this.failAt) throw new UserError("dataset x failed: line 7", 1);
    const given = Math.min(count, this.failAt - this.taken);
    this.taken += given;
    return Array.from({ length: given }, () => ({ kind: "prompt", prompt: "" }));
  }

  #rows(): Row[] {
    using db = new Database(this.#path, { readonly: true });
    const sql = "SELECT id, engine, phase, level, success, error_kind, sent_time FROM outcome ORDER BY id";
    return db.query<Row, []>(sql).all();
  }
}

const later = (act: () => void) => void setTimeout(act, 50);

describe("to the end", () => {
  test("every stage in turn, every request recorded once, ids through the whole run", async () => {
    const rehearsal = new Rehearsal(2);
    const levels = [closedLevel(1, 5), closedLevel(8, 40)];
    const { ending, rows } = await rehearsal.conduct(levels, undefined, 3);
    expect(ending).toEqual({ end: "done", reason: null });
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 51 }, (_, id) => id));
    const count = (phase: string, level: number) =>
      rows.filter((row) => row.phase === phase && row.level === level).length;
    expect([count("warmup", 0), count("measure", 0), count("warmup", 1), count("measure", 1)]).toEqual([3, 5, 3, 40]);
    // One at once leaves the second engine out, eight at once take turns.
    expect(rows.filter(({ level }) => level === 0).every(({ engine }) => engine === 0)).toBe(true);
    expect(rows.filter(({ id }) => id >= 11).every(({ id, engine }) => engine === (id - 11) % 2)).toBe(true);
  });

  test("what the plugin skips is replaced and counted", async () => {
    const rehearsal = new Rehearsal(2);
    for (const fake of rehearsal.fakes) fake.skips = ({ id }) => id % 3 === 0;
    const { ending, rows, skipped } = await rehearsal.conduct([closedLevel(4, 30)]);
    expect(ending.end).toBe("done");
    expect(rows).toHaveLength(30);
    expect(rows.every(({ id }) => id % 3 !== 0)).toBe(true);
    expect(skipped).toBeGreaterThanOrEqual(15);
  });
});

describe("interrupted", () => {
  test("stops the engines, waits for what they have, and begins no further stage", async () => {
    const rehearsal = new Rehearsal(1);
    rehearsal.fakes[0]!.answers = false;
    const levels = [closedLevel(2, 10), closedLevel(4, 10)];
    const { ending } = await rehearsal.conduct(levels, (conductor) => later(() => conductor.stop()));
    expect(ending.end).toBe("interrupted");
    const { orders } = rehearsal.fakes[0]!;
    expect(orders.filter(({ type }) => type === "stage")).toHaveLength(1);
    expect(orders.at(-1)).toEqual({ type: "stop" });
  });

  test("before it begins: nothing is sent", async () => {
    const rehearsal = new Rehearsal(1);
    const { ending, rows } = await rehearsal.conduct([closedLevel(2, 10)], (conductor) => conductor.stop());
    expect(ending.end).toBe("interrupted");
    expect(rows).toEqual([]);
    expect(rehearsal.fakes[0]!.orders.some(({ type }) => type === "stage")).toBe(false);
  });
});

describe("an engine that dies", () => {
  test("ends the run; its requests on the wire are lost, what it skipped is not, what the others have is kept", async () => {
    const rehearsal = new Rehearsal(2);
    const [mute, well] = rehearsal.fakes as [FakeEngine, FakeEngine];
    mute.answers = false;
    const { ending, rows } = await rehearsal.conduct([closedLevel(6, 60)], () =>
      later(() => {
        mute.onMessage({ type: "credit", used: 2, skipped: [0, 2] });
        mute.beat([4, 6], 1234.5);
        mute.die("signal SIGKILL");
      }),
    );
    expect(ending.end).toBe("failed");
    expect(ending.reason).toMatch(/engine 0 ended \(signal SIGKILL\)/);
    expect(well.orders.at(-1)).toEqual({ type: "abort" });
    const lost = rows.filter(({ error_kind }) => error_kind === "engine_lost");
    expect(lost.map(({ id, sent_time }) => [id, sent_time])).toEqual([
      [4, 1234.5],
      [6, 1234.5],
      [8, null],
    ]);
    expect(rows.filter(({ success }) => success === 1)).toHaveLength(30);
  });

  test("before the load begins: the run fails and does not wait for it", async () => {
    const rehearsal = new Rehearsal(2);
    const { ending, rows } = await rehearsal.conduct([closedLevel(2, 10)], () =>
      rehearsal.fakes[1]!.die("exit code 1"),
    );
    expect(ending).toMatchObject({
      end: "failed",
      reason: expect.stringContaining("engine 1 ended (exit code 1)") as never,
    });
    expect(rows).toEqual([]);
  });
});

describe("a failure in the middle", () => {
  test("of the dataset: what it gave before is sent and finishes, nothing is given up, no level follows", async () => {
    const rehearsal = new Rehearsal(2, 20);
    const levels = [closedLevel(4, 1000), closedLevel(4, 10)];
    const { ending, rows } = await rehearsal.conduct(levels);
    expect(ending).toEqual({ end: "failed", reason: "dataset x failed: line 7" });
    expect(rows).toHaveLength(rehearsal.taken);
    expect(rows.every(({ success }) => success === 1)).toBe(true);
    for (const { orders } of rehearsal.fakes) {
      expect(orders.at(-1)).toEqual({ type: "stop" });
      expect(orders.filter(({ type }) => type === "stage")).toHaveLength(1);
      expect(orders.some(({ type }) => type === "abort")).toBe(false);
    }
  });

  test("of the dataset, with replies that do not come: Ctrl-C gives them up", async () => {
    const rehearsal = new Rehearsal(1, 4);
    rehearsal.fakes[0]!.answers = false;
    const { ending } = await rehearsal.conduct([closedLevel(4, 1000)], (conductor) => later(() => conductor.stop()));
    expect(ending).toEqual({ end: "failed", reason: "dataset x failed: line 7" });
    expect(rehearsal.fakes[0]!.orders.at(-1)).toEqual({ type: "abort" });
  });

  test("of the dataset after Ctrl-C: it was interrupted", async () => {
    const rehearsal = new Rehearsal(1, 0);
    const { ending } = await rehearsal.conduct([closedLevel(4, 1000)], (conductor) =>
      queueMicrotask(() => conductor.stop()),
    );
    expect(ending).toEqual({ end: "interrupted", reason: null });
  });

  test("with an engine that does not answer any more: it is not waited for", async () => {
    const rehearsal = new Rehearsal(2);
    const [dying, deaf] = rehearsal.fakes as [FakeEngine, FakeEngine];
    dying.answers = deaf.answers = deaf.obedient = false;
    const start = performance.now();
    const { ending } = await rehearsal.conduct([closedLevel(4, 1000)], () => later(() => dying.die()));
    expect(ending.end).toBe("failed");
    expect(deaf.orders.at(-1)).toEqual({ type: "abort" });
    expect(performance.now() - start).toBeLessThan(20_000);
  }, 30_000);

  test("too many failures: nothing more is sent, what is in flight finishes, no level follows", async () => {
    const rehearsal = new Rehearsal(1, Number.POSITIVE_INFINITY, { errors: 5, errorRate: null });
    rehearsal.fakes[0]!.endingOf = ({ id }) =>
      id % 2 === 0 ? { ok: true } : { ok: false, kind: "http_5xx", message: "HTTP 503" };
    const levels = [closedLevel(4, 100_000), closedLevel(8, 10)];
    const { ending, rows, stopped } = await rehearsal.conduct(levels);
    expect(ending).toMatchObject({ end: "failed", reason: expect.stringContaining("--max-errors 5") as never });
    const failed = rows.filter(({ success }) => success === 0);
    expect(failed.length).toBeGreaterThanOrEqual(5);
    expect(failed.length).toBeLessThan(1000);
    expect(rows.every(({ level }) => level === 0)).toBe(true);
    expect(stopped).toBe(1);
    const { orders } = rehearsal.fakes[0]!;
    expect(orders.some(({ type }) => type === "abort")).toBe(false);
    expect(orders.filter(({ type }) => type === "stage")).toHaveLength(1);
  });

  test("of the plugin, on everything: the run ends and says why", async () => {
    const rehearsal = new Rehearsal(1);
    rehearsal.fakes[0]!.endingOf = () => ({ ok: false, kind: "plugin", message: "no such field" });
    const { ending } = await rehearsal.conduct([closedLevel(4, 100_000)]);
    expect(ending).toMatchObject({ end: "failed", reason: expect.stringContaining("no such field") as never });
  });

  test("a plugin that skips everything ends the run: data that begins again would last for ever", async () => {
    const rehearsal = new Rehearsal(1);
    rehearsal.fakes[0]!.skips = () => true;
    const { ending, rows } = await rehearsal.conduct([closedLevel(64, 100)]);
    expect(ending).toMatchObject({ end: "failed", reason: expect.stringContaining("nothing to send") as never });
    expect(rows).toEqual([]);
  });
});
