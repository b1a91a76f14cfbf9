import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { UserError } from "../../src/config/user-error.ts";
import { openRun } from "../../src/record/reader.ts";
import { OUTCOME_COLUMNS } from "../../src/record/schema.ts";
import { RunWriter } from "../../src/record/writer.ts";
import { levelRow, recordRun, request, runRow, START, sampleRow, temporaryFolder } from "./record-fixture.ts";

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
}

function rows(file: string, sql: string): unknown[] {
  using db = new Database(file, { readonly: true });
  return db.query(sql).all();
}

test("a run becomes one file with everything in it", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, {
    requests: [request({ id: 1, at: 0 }), request({ id: 2, at: 1 })],
    samples: [sampleRow()],
    skipped: 3,
  });
  expect(existsSync(`${folder.file}-wal`)).toBe(false);
  expect(existsSync(`${folder.file}-shm`)).toBe(false);
  using reader = openRun(folder.file);
  expect(reader.run()).toMatchObject({ ...runRow(), end: "done", skipped: 3, endTime: expect.any(Number) });
  expect(reader.levels()).toEqual([{ ...levelRow(), endReason: null, firstId: 1, lastId: 2 }]);
  expect([...reader.samples()]).toEqual([sampleRow()]);
  expect(rows(folder.file, "SELECT id, request_id, success, error_kind, latency FROM outcome")).toEqual([
    { id: 1, request_id: "r-1", success: 1, error_kind: null, latency: 0.06 },
    { id: 2, request_id: "r-2", success: 1, error_kind: null, latency: 0.06 },
  ]);
});

test("a failure keeps its kind and its message", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, {
    requests: [
      request({ id: 1, at: 0, ending: { ok: false, kind: "reset", message: "it went" }, newConnection: null }),
    ],
  });
  expect(rows(folder.file, "SELECT success, error_kind, error, new_connection FROM outcome")).toEqual([
    { success: 0, error_kind: "reset", error: "it went", new_connection: null },
  ]);
});

test.each([
  ["full", { request: true, response_messages: true, output_text: true }],
  ["text", { request: true, response_messages: false, output_text: true }],
  ["metrics", { request: false, response_messages: false, output_text: false }],
] as const)("mode %s keeps what it says, and times always", (mode, kept) => {
  using folder = temporaryFolder();
  const writer = new RunWriter(folder.file, runRow(), { mode });
  writer.add([request({ id: 1, at: 0 })]);
  writer.finish("done", null);
  const [row] = rows(folder.file, "SELECT * FROM payload") as Record<string, unknown>[];
  expect(row!.event_times).toBe("[50000,60000]");
  expect(row!.event_tokens).toBe("[1,1]");
  for (const [name, isKept] of Object.entries(kept))
    expect({ [name]: row![name] !== null }).toEqual({ [name]: isKept });
});

test("what is committed can be read while the run goes on, what is queued cannot", () => {
  using folder = temporaryFolder();
  const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
  writer.add([request({ id: 1, at: 0 })]);
  writer.commit();
  writer.add([request({ id: 2, at: 0 })]);
  expect(rows(folder.file, "SELECT request_id, json_extract(response_messages, '$[0].id') AS m FROM result")).toEqual([
    { request_id: "r-1", m: "m-1" },
  ]);
  expect(writer.finish("done", null)).toEqual({ singleFile: true, problem: null });
});

test("the schema is in the main file at once, without the log", () => {
  using folder = temporaryFolder();
  const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
  const copy = join(folder.path, "copy.db");
  copyFileSync(folder.file, copy);
  writer.finish("done", null);
  using reader = openRun(copy);
  expect(reader.run().end).toBe("running");
});

test("the log is folded in when it has grown, not before", () => {
  using folder = temporaryFolder();
  const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
  const add = (id: number, characters: number): void => {
    writer.add([request({ id, at: 0, payload: { responseMessages: JSON.stringify("x".repeat(characters)) } })]);
    writer.commit();
    writer.checkpointIfDue();
  };
  add(1, 1e6);
  expect(statSync(folder.file).size).toBeLessThan(1e6);
  for (let id = 2; id < 8; id++) add(id, 6e6);
  expect(statSync(folder.file).size).toBeGreaterThan(3e7);
  const logSize = statSync(`${folder.file}-wal`).size;
  for (let id = 8; id < 12; id++) add(id, 1e6);
  // The log begins anew: it does not grow by what is written after a checkpoint.
  expect(statSync(`${folder.file}-wal`).size).toBe(logSize);
  writer.finish("done", null);
});

test("a reader at the end: the log stays, said so, and nothing is lost", () => {
  using folder = temporaryFolder();
  const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
  writer.level(levelRow());
  writer.add([request({ id: 1, at: 0 })]);
  writer.commit();
  {
    using holder = new Database(folder.file, { readonly: true });
    holder.run("BEGIN");
    holder.query("SELECT count(*) FROM outcome").get();
    writer.add([request({ id: 2, at: 1 })]);
    expect(writer.finish("interrupted", "by hand")).toEqual({ singleFile: false, problem: null });
    expect(existsSync(`${folder.file}-wal`)).toBe(true);
  }
  using reader = openRun(folder.path);
  expect(reader.run()).toMatchObject({ end: "interrupted", endReason: "by hand" });
  expect(reader.levels()[0]).toMatchObject({ firstId: 1, lastId: 2 });
}, 20_000);

test("a file that cannot be written now keeps its queue for later", () => {
  using folder = temporaryFolder();
  const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
  writer.add([request({ id: 1, at: 0 })]);
  writer.commit();
  writer.add([request({ id: 2, at: 0 }), request({ id: 3, at: 0 })]);
  {
    using other = new Database(folder.file);
    other.run("BEGIN IMMEDIATE");
    const error = thrown(() => writer.commit());
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).exitCode).toBe(1);
    expect((error as UserError).message).toContain(folder.file);
    expect((error as UserError).message).toMatch(/another program holds it locked; .*--outputs-dir/);
    other.run("ROLLBACK");
  }
  writer.finish("done", null);
  expect(rows(folder.file, "SELECT count(*) AS n FROM outcome")).toEqual([{ n: 3 }]);
}, 20_000);

test("what cannot be written at the end either is counted, and said once", () => {
  using folder = temporaryFolder();
  const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
  writer.add([request({ id: 1, at: 0 })]);
  writer.commit();
  writer.add([request({ id: 2, at: 0 }), request({ id: 3, at: 0 })]);
  using other = new Database(folder.file);
  other.run("BEGIN IMMEDIATE");
  const { message } = thrown(() => writer.commit()) as UserError;
  const kept = "the file keeps 1 requests, 2 that had ended are not in it";
  expect(writer.finish("failed", message)).toEqual({ singleFile: false, problem: kept });
  other.run("ROLLBACK");
  expect(rows(folder.file, "SELECT count(*) AS n FROM outcome")).toEqual([{ n: 1 }]);
}, 30_000);

test.each([
  ["the file", empty],
  ["its folder", (path: string) => rmSync(path, { recursive: true })],
])("%s is deleted while the run goes on: it is seen at the next commit, and written anew", (_, remove) => {
  using folder = temporaryFolder();
  const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
  writer.level(levelRow());
  writer.add([request({ id: 1, at: 0 })]);
  writer.commit();
  remove(folder.path);
  writer.add([request({ id: 2, at: 1 })]);
  const error = thrown(() => writer.commit()) as UserError;
  expect(error).toMatchObject({ exitCode: 1, message: `${folder.file} was deleted or replaced while the run went on` });
  writer.add([request({ id: 3, at: 2 })]);
  const problem = "the file is written anew with 3 requests";
  expect(writer.finish("failed", error.message)).toEqual({ singleFile: true, problem });
  expect(readdirSync(folder.path)).toEqual(["benchmark_data.db"]);
  using reader = openRun(folder.file);
  expect(reader.run()).toMatchObject({ end: "failed", endReason: error.message });
  expect(reader.levels()[0]).toMatchObject({ firstId: 1, lastId: 3 });
});

test("the file is deleted after the last commit: the end finds out", () => {
  using folder = temporaryFolder();
  const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
  writer.add([request({ id: 1, at: 0 })]);
  writer.commit();
  rmSync(folder.path, { recursive: true });
  const problem = `${folder.file} was deleted or replaced while the run went on; the file is written anew with 1 requests`;
  expect(writer.finish("done", null)).toEqual({ singleFile: true, problem });
  expect(rows(folder.file, "SELECT ended FROM run")).toEqual([{ ended: "failed" }]);
});

test("another file in its place is left alone", () => {
  using folder = temporaryFolder();
  const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
  writer.add([request({ id: 1, at: 0 })]);
  empty(folder.path);
  writeFileSync(folder.file, "theirs");
  const { problem } = writer.finish("done", null);
  expect(problem).toContain("a new one with 1 requests could not be written");
  expect(readFileSync(folder.file, "utf8")).toBe("theirs");
});

describe("texts that no encoding was made for", () => {
  const HOSTILE = 'a\u0000b\ud800c\udc00d\ud83d\ude00\u2028"\\\u001b[2J';

  test("stay valid JSON in JSON, and whole in SQLite", () => {
    using folder = temporaryFolder();
    const payload = {
      request: JSON.stringify({ prompt: HOSTILE }),
      responseMessages: JSON.stringify([{ text: HOSTILE }, HOSTILE]),
      outputText: HOSTILE,
    };
    const ending = { ok: false, kind: "malformed", message: HOSTILE } as const;
    recordRun(folder.file, { requests: [request({ id: 1, at: 0, payload, ending })] });
    const readable = HOSTILE.toWellFormed().replace("\0", "\ufffd");
    expect(
      rows(
        folder.file,
        `SELECT json_valid(request) AS request, json_valid(response_messages) AS messages, output_text AS text,
          length(output_text) AS length, error, request AS raw, response_messages AS rawMessages FROM result`,
      ),
    ).toEqual([
      {
        ...{ request: 1, messages: 1, text: readable, length: [...readable].length, error: readable },
        ...{ raw: payload.request, rawMessages: payload.responseMessages },
      },
    ]);
    expect(rows(folder.file, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });

  test("whatever they are: JSON comes back as it was, text with a mark for what has no place", () => {
    using folder = temporaryFolder();
    const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
    const texts: string[] = [];
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 40 }),
        fc.array(fc.nat(0xffff), { maxLength: 8 }),
        (text, units) => {
          texts.push(text + String.fromCharCode(...units));
        },
      ),
    );
    const requests = texts.map((text, id) =>
      request({ id, at: id, payload: { request: JSON.stringify(text), outputText: text } }),
    );
    writer.add(requests);
    writer.finish("done", null);
    const stored = rows(
      folder.file,
      "SELECT id, json_valid(request) AS valid, request, output_text AS text FROM payload ORDER BY id",
    );
    expect(stored).toEqual(
      texts.map((text, id) => ({
        ...{ id, valid: 1, request: JSON.stringify(text) },
        text: text.toWellFormed().replaceAll("\0", "\ufffd"),
      })),
    );
  });
});

test("an existing file is not touched", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, { requests: [request({ id: 1, at: 0 })] });
  const error = thrown(() => new RunWriter(folder.file, runRow(), { mode: "full" }));
  expect((error as UserError).exitCode).toBe(2);
  expect(rows(folder.file, "SELECT count(*) AS n FROM outcome")).toEqual([{ n: 1 }]);
});

test("a folder that is not there is a UserError", () => {
  using folder = temporaryFolder();
  const error = thrown(() => new RunWriter(join(folder.path, "no", "benchmark_data.db"), runRow(), { mode: "full" }));
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).exitCode).toBe(1);
});

test("where there is no write-ahead log, another journal is used and said", () => {
  const writer = new RunWriter(":memory:", runRow(), { mode: "full" });
  expect(writer.notice).toContain("'memory'");
  writer.add([request({ id: 1, at: 0 })]);
  writer.commit();
  writer.checkpointIfDue();
  expect(writer.finish("done", null)).toEqual({ singleFile: true, problem: null });
});

test("a level's end is added to its row", () => {
  using folder = temporaryFolder();
  const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
  writer.level(levelRow({ endTime: null }));
  writer.level(levelRow({ level: 1, endTime: null }));
  writer.endLevel(1, 0, START + 9);
  writer.finish("done", null);
  using reader = openRun(folder.file);
  expect(reader.levels().map(({ level, endTime }) => [level, endTime])).toEqual([
    [0, null],
    [1, START + 9],
  ]);
});

test("the columns of outcome are those of the table", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, { requests: [] });
  const names = (rows(folder.file, "PRAGMA table_info(outcome)") as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(OUTCOME_COLUMNS.map(({ name }) => name));
});
