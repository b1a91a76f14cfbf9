import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../src/config/user-error.ts";
import { openRun } from "../../src/record/reader.ts";
import { APPLICATION_ID } from "../../src/record/schema.ts";
import { RunWriter } from "../../src/record/writer.ts";
import { levelRow, mixedRun, recordRun, request, runRow, START, temporaryFolder } from "./record-fixture.ts";

const SOURCE = join(import.meta.dir, "..", "..", "src");
const FIXTURE = join(import.meta.dir, "record-fixture.ts");
const NOBODY = 65534;

/** A process that commits three requests and is then killed without a chance to close. */
async function killedRun(file: string): Promise<void> {
  const code = `
    import { RunWriter } from "${SOURCE}/record/writer.ts";
    import { levelRow, request, runRow } from "${FIXTURE}";
    const writer = new RunWriter("${file}", runRow(), { mode: "full" });
    writer.level(levelRow({ endTime: null }));
    for (let id = 1; id <= 3; id++) { writer.add([request({ id, at: id })]); writer.commit(); }
    process.kill(process.pid, "SIGKILL");`;
  const { stderr, exited } = Bun.spawn([process.execPath, "-e", code], { stdout: "ignore", stderr: "pipe" });
  const [words] = await Promise.all([new Response(stderr).text(), exited]);
  expect(words).toBe("");
}

test("a killed run is read up to its last commit", async () => {
  using folder = temporaryFolder();
  await killedRun(folder.file);
  expect(existsSync(`${folder.file}-wal`)).toBe(true);
  using reader = openRun(folder.path);
  expect(reader.run()).toMatchObject({ end: "running", endTime: null });
  expect(reader.levels()).toMatchObject([{ firstId: 1, lastId: 3, endTime: null }]);
  expect([...reader.timedReplies(reader.levels()[0]!)]).toHaveLength(3);
}, 20_000);

test("a killed run in a folder that cannot be written is read from a copy, which is then gone", async () => {
  using folder = temporaryFolder();
  await killedRun(folder.file);
  // As it lies after a copy of the file and its log alone.
  rmSync(`${folder.file}-shm`);
  for (const name of readdirSync(folder.path)) chmodSync(join(folder.path, name), 0o444);
  chmodSync(folder.path, 0o555);
  const before = readdirSync(folder.path);
  using temporary = temporaryFolder();
  chmodSync(temporary.path, 0o777);
  // Root may write anywhere: the reading is done as nobody.
  const code = `
    import { readdirSync } from "node:fs";
    import { openRun } from "${SOURCE}/record/reader.ts";
    if (process.getuid() === 0) { process.setgid(${NOBODY}); process.setuid(${NOBODY}); }
    const copies = () => readdirSync("${temporary.path}").length;
    const reader = openRun("${folder.path}");
    process.stdout.write(JSON.stringify([reader.path, reader.levels()[0].lastId, copies()]));
    reader.close();
    process.stdout.write(" " + copies());`;
  const env = { ...process.env, TMPDIR: temporary.path };
  const { stdout, stderr } = Bun.spawnSync([process.execPath, "-e", code], { env });
  expect(stderr.toString()).toBe("");
  expect(stdout.toString()).toBe(`${JSON.stringify([folder.file, 3, 1])} 0`);
  expect(readdirSync(folder.path)).toEqual(before);
  chmodSync(folder.path, 0o755);
}, 20_000);

test("a snapshot sees the file at one moment, while the run goes on", () => {
  using folder = temporaryFolder();
  const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
  writer.level(levelRow());
  writer.add([request({ id: 1, at: 0 })]);
  writer.commit();
  using reader = openRun(folder.file);
  const seen = reader.snapshot(() => {
    const before = reader.totals(reader.levels()[0]!).offered;
    writer.add([request({ id: 2, at: 1 })]);
    writer.commit();
    return [before, reader.totals(reader.levels()[0]!).offered];
  });
  expect(seen).toEqual([1, 1]);
  expect(reader.totals(reader.levels()[0]!).offered).toBe(2);
  reader.close();
  writer.finish("done", null);
});

test("counts and sums leave out warm-up and other levels", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, {
    levels: [levelRow(), levelRow({ level: 1 })],
    requests: [
      request({ id: 1, at: 0, phase: "warmup" }),
      request({ id: 2, at: 1, promptTokens: 7, cachedTokens: 3 }),
      request({ id: 3, at: 2, promptTokens: 5, ending: { ok: false, kind: "reset", message: "" } }),
      request({
        id: 4,
        at: 3,
        ending: { ok: false, kind: "unsent", message: "" },
        sentTime: null,
        completedTime: null,
      }),
      request({ id: 5, at: 4, level: 1 }),
    ],
  });
  using reader = openRun(folder.file);
  const [first, second] = reader.levels();
  expect(reader.warmupCount()).toBe(1);
  expect(reader.totals(first!)).toMatchObject({
    offered: 3,
    unsent: 1,
    cancelled: 0,
    success: 1,
    firstSent: START + 1,
    lastCompleted: START + 2.06,
    promptTokens: 7,
    cachedTokens: 3,
    cacheablePromptTokens: 7,
    failedCompletionTokens: 4,
  });
  expect(reader.errors(first!)).toEqual({ reset: 1 });
  expect(reader.totals(second!)).toMatchObject({ offered: 1, success: 1, cachedTokens: null });
  expect([...reader.values(second!, "latency", "success = 1")]).toEqual([{ value: 0.06, sent: START + 4 }]);
});

test("totals say what there is to ask further", () => {
  using folder = temporaryFolder();
  const refused = { ok: false, kind: "connect", message: "" } as const;
  recordRun(folder.file, {
    requests: [
      request({ id: 1, at: 1, model: "b", part: "p", turn: 0, askedPromptTokens: 5, tokenSource: "usage" }),
      request({ id: 2, at: 2, model: "a", endpoint: "/e", askedCompletionTokens: 7, tokenSource: "tokenizer" }),
      request({ id: 3, at: 3, model: "c", askedPromptTokens: 5, tokenSource: "none", ending: refused }),
    ],
  });
  using reader = openRun(folder.file);
  const totals = reader.totals(reader.levels()[0]!);
  expect(totals).toMatchObject({ turns: 1, parts: 1, askedPrompt: 1, askedCompletion: 1 });
  expect(totals).toMatchObject({ firstModel: "a", lastModel: "c", firstSource: "tokenizer", lastSource: "usage" });
  expect(totals.sourced).toBe(2);
});

test("a level without requests has no figures", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, { requests: [] });
  using reader = openRun(folder.file);
  const [level] = reader.levels();
  expect(level).toMatchObject({ firstId: null, lastId: null });
  expect(reader.totals(level!)).toMatchObject({ offered: 0, firstSent: null, promptTokens: null });
  expect([...reader.columns(level!, "sent_time", ["latency"])]).toEqual([]);
  expect([...reader.timedReplies(level!)]).toEqual([]);
});

test.each([
  ["a missing file", (path: string) => join(path, "none.db"), /no such file or folder/],
  ["a folder without a run", (path: string) => path, /has no benchmark_data\.db/],
  ["text", (path: string) => made(path, (file) => writeFileSync(file, "hello ".repeat(1000))), /not a run of plumb's/],
  ["an empty file", (path: string) => made(path, (file) => writeFileSync(file, "")), /not a run of plumb's/],
  ["another database", (path: string) => made(path, (file) => sql(file, "CREATE TABLE t (x)")), /not a run of plumb's/],
  [
    "a newer run",
    (path: string) =>
      made(path, (file) => sql(file, `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 99`)),
    /newer plumb \(schema 99/,
  ],
] as const)("%s is a UserError that names it", (_, make, message) => {
  using folder = temporaryFolder();
  const path = make(folder.path);
  let error: unknown;
  try {
    openRun(path);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(message);
  expect((error as UserError).message).toContain(path);
  expect((error as UserError).exitCode).toBe(2);
});

function made(folder: string, make: (file: string) => void): string {
  const file = join(folder, "other.db");
  make(file);
  return file;
}

function sql(file: string, statements: string): void {
  using db = new Database(file);
  for (const statement of statements.split(";")) db.run(statement);
}

test("reading a run changes nothing beside it", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, mixedRun(20));
  const before = readdirSync(folder.path);
  {
    using reader = openRun(folder.path);
    expect(reader.levels()).toHaveLength(1);
  }
  expect(readdirSync(folder.path)).toEqual(before);
});

test("a file of the first version is read as it is, its missing columns as NULL", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, mixedRun(50));
  const older = new Database(folder.file);
  older.run("DROP VIEW result");
  older.run("ALTER TABLE outcome DROP COLUMN items");
  older.run("CREATE VIEW result AS SELECT o.*, p.request FROM outcome o LEFT JOIN payload p ON p.id = o.id");
  older.run("PRAGMA user_version = 1");
  older.close();
  using reader = openRun(folder.file);
  const totals = reader.totals(reader.levels()[0]!);
  expect(totals.offered).toBe(51);
  expect(totals.items).toBeNull();
  expect(reader.snapshot(() => [...reader.timedReplies(reader.levels()[0]!)].length)).toBe(totals.success);
  expect([...reader.query("SELECT count(*), count(items), count(request) FROM result").rows]).toEqual([[52, 0, 52]]);
});
