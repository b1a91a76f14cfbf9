import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../src/config/user-error.ts";
import type { Input } from "../../src/contract/input.ts";
import { stagesOf } from "../../src/load/stages.ts";
import { RunWriter } from "../../src/record/writer.ts";
import { Conductor } from "../../src/run/conductor.ts";
import { Engines } from "../../src/run/engines.ts";
import type { InputSource } from "../../src/run/feed.ts";
import { PLAIN_API } from "./engine-fixture.ts";
import { FakeEngine } from "./fake-engine.ts";
import { configOf } from "./run-fixture.ts";

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
  #taken = 0;

  constructor(
    engines: number,
    readonly failAt = Number.POSITIVE_INFINITY,
  ) {
    this.fakes = Array.from({ length: engines }, (_, index) => new FakeEngine(index));
  }

  async conduct(
    levels: { parallel: number; number: number }[],
    act: (conductor: Conductor) => void = () => {},
    warmup = 0,
  ) {
    const engines = await Engines.start(this.fakes);
    const config = configOf({ levels });
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
      stopping: nothing,
      notice: (line: string) => this.notices.push(line),
      debug: nothing,
    };
    const conductor = new Conductor({ config, api: PLAIN_API, runId: "r", engines, writer, source, observer });
    act(conductor);
    const ending = await conductor.conduct(stagesOf(levels, warmup));
    writer.finish(ending.end, ending.reason, conductor.skipped);
    return { ending, skipped: conductor.skipped, rows: this.#rows() };
  }

  #inputs(count: number): Input[] {
    if (this.#taken >= this.failAt) throw new UserError("dataset x failed: line 7", 1);
    this.#taken += count;
    return Array.from({ length: count }, () => ({ kind: "prompt", prompt: "" }));
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
    const levels = [
      { parallel: 1, number: 5 },
      { parallel: 8, number: 40 },
    ];
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
    const { ending, rows, skipped } = await rehearsal.conduct([{ parallel: 4, number: 30 }]);
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
    const levels = [
      { parallel: 2, number: 10 },
      { parallel: 4, number: 10 },
    ];
    const { ending } = await rehearsal.conduct(levels, (conductor) => later(() => conductor.stop()));
    expect(ending.end).toBe("interrupted");
    const { orders } = rehearsal.fakes[0]!;
    expect(orders.filter(({ type }) => type === "stage")).toHaveLength(1);
    expect(orders.at(-1)).toEqual({ type: "stop" });
  });

  test("before it begins: nothing is sent", async () => {
    const rehearsal = new Rehearsal(1);
    const { ending, rows } = await rehearsal.conduct([{ parallel: 2, number: 10 }], (conductor) => conductor.stop());
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
    const { ending, rows } = await rehearsal.conduct([{ parallel: 6, number: 60 }], () =>
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
    const { ending, rows } = await rehearsal.conduct([{ parallel: 2, number: 10 }], () =>
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
  test("of the dataset: engines hand over what they have before the run ends", async () => {
    const rehearsal = new Rehearsal(1, 20);
    const { ending, rows } = await rehearsal.conduct([{ parallel: 4, number: 1000 }]);
    expect(ending).toEqual({ end: "failed", reason: "dataset x failed: line 7" });
    expect(rehearsal.fakes[0]!.orders.at(-1)).toEqual({ type: "abort" });
    expect(rows.length).toBeGreaterThanOrEqual(20);
  });

  test("with an engine that does not answer any more: it is not waited for", async () => {
    const rehearsal = new Rehearsal(1, 20);
    rehearsal.fakes[0]!.obedient = false;
    const start = performance.now();
    const { ending } = await rehearsal.conduct([{ parallel: 4, number: 1000 }]);
    expect(ending.end).toBe("failed");
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test("of the plugin, on everything: the run ends and says why", async () => {
    const rehearsal = new Rehearsal(1);
    rehearsal.fakes[0]!.endingOf = () => ({ ok: false, kind: "plugin", message: "no such field" });
    const { ending } = await rehearsal.conduct([{ parallel: 4, number: 100_000 }]);
    expect(ending).toMatchObject({ end: "failed", reason: expect.stringContaining("no such field") as never });
  });

  test("a plugin that skips everything ends the run: data that begins again would last for ever", async () => {
    const rehearsal = new Rehearsal(1);
    rehearsal.fakes[0]!.skips = () => true;
    const { ending, rows } = await rehearsal.conduct([{ parallel: 64, number: 100 }]);
    expect(ending).toMatchObject({ end: "failed", reason: expect.stringContaining("nothing to send") as never });
    expect(rows).toEqual([]);
  });
});
