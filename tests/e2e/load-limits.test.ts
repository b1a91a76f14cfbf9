import { afterAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { Workspace } from "./plumb.ts";
import { ask, summaryOf } from "./record.ts";

setDefaultTimeout(60_000);

interface Heard {
  what: string;
  /** Milliseconds. */
  at: number;
  authorization: string | null;
}

/** A service that answers after a while, and notes down what it is asked. */
class Service {
  heard: Heard[] = [];
  delayMs = 20;
  readonly #server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: (request) => this.#answer(request),
  });

  get url(): string {
    return this.#server.url.href;
  }

  asked(what: string): Heard[] {
    return this.heard.filter((heard) => heard.what === what);
  }

  async end(): Promise<void> {
    await this.#server.stop(true);
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const what = `${request.method} ${pathname}`;
    this.heard.push({ what, at: performance.now(), authorization: request.headers.get("authorization") });
    if (pathname === "/broken") return new Response("no such thing", { status: 404 });
    if (!pathname.endsWith("/chat/completions")) return new Response("");
    await Bun.sleep(this.delayMs);
    const delta = { choices: [{ index: 0, delta: { content: "word" } }] };
    const usage = { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } };
    const events = [JSON.stringify(delta), JSON.stringify(usage), "[DONE]"].map((data) => `data: ${data}\n\n`);
    return new Response(events.join(""), { headers: { "content-type": "text/event-stream" } });
  }
}

const service = new Service();
afterAll(() => service.end());
beforeEach(() => {
  service.heard = [];
  service.delayMs = 20;
});

const CHAT = "POST /v1/chat/completions";
const load = () => ["--url", service.url, "--model", "m", "--prompt", "hi", "--no-test-connection"];

const kinds = (folder: string) =>
  Object.fromEntries(
    ask<{ kind: string; n: number }>(
      folder,
      "SELECT coalesce(error_kind, 'ok') AS kind, count(*) AS n FROM outcome GROUP BY 1",
    ).map(({ kind, n }) => [kind, n]),
  );

test("--duration ends a closed loop; what is in flight finishes, and the next level begins with its own requests", async () => {
  using workspace = new Workspace();
  const { folder } = await workspace.run(...load(), "--parallel", "4", "8", "--duration", "700ms");
  const levels = ask<{ n: number; span: number; number: number | null }>(
    workspace.join(folder),
    `SELECT count(*) AS n, max(sent_time) - min(sent_time) AS span, l.number AS number
     FROM outcome o JOIN level l ON l.level = o.level GROUP BY o.level`,
  );
  expect(levels).toHaveLength(2);
  for (const { n, span, number } of levels) {
    expect(n).toBeGreaterThan(8);
    expect(span).toBeLessThan(0.72);
    expect(span).toBeGreaterThan(0.5);
    expect(number).toBeNull();
  }
  expect(kinds(workspace.join(folder))).toEqual({ ok: levels[0]!.n + levels[1]!.n });
  expect(service.asked(CHAT)).toHaveLength(levels[0]!.n + levels[1]!.n);
  const both = await workspace.run(...load(), "--parallel", "2", "--number", "5", "--duration", "20s");
  expect(kinds(workspace.join(both.folder))).toEqual({ ok: 5 });
});

test("--drain gives up what is still in flight, by name; what waited for a slot is unsent", async () => {
  service.delayMs = 30_000;
  using workspace = new Workspace();
  const start = performance.now();
  const { folder } = await workspace.runInVain(
    ...[...load(), "--rate", "50", "--arrival", "constant", "--parallel", "5", "--duration", "1s", "--drain", "500ms"],
  );
  expect(performance.now() - start).toBeLessThan(20_000);
  expect(kinds(workspace.join(folder))).toEqual({ cancelled: 5, unsent: 45 });
  const rows = ask<{ id: number; scheduled_time: number; sent_time: number | null; error: string }>(
    workspace.join(folder),
    "SELECT id, scheduled_time, sent_time, error FROM outcome ORDER BY scheduled_time",
  );
  expect(rows[0]!.error).toContain("--drain");
  expect(rows.map(({ sent_time }) => sent_time !== null)).toEqual(rows.map((_, k) => k < 5));
  for (const [k, row] of rows.entries()) {
    expect(Math.abs(row.scheduled_time - rows[0]!.scheduled_time - k / 50)).toBeLessThan(1e-5);
  }
  const { requests, latency_with_failures_ms } = summaryOf(workspace.join(folder));
  expect(requests).toMatchObject({ offered: 50, total: 5, failed: 5, unsent: 45, success_rate: 0 });
  expect(latency_with_failures_ms!.p50.bound).toBe("at_least");
});

test("--cancel gives up a share of the requests on purpose, neither success nor failure", async () => {
  service.delayMs = 400;
  using workspace = new Workspace();
  const args = [...load(), "--rate", "100", "--number", "300", "--cancel", "30%", "--cancel-after", "100ms"];
  const chosen: number[][] = [];
  for (const engines of ["1", "2"]) {
    const { folder, out } = await workspace.run(...args, "--engines", engines);
    const path = workspace.join(folder);
    const given = ask<{ id: number; latency: number }>(
      path,
      "SELECT id, latency FROM outcome WHERE error_kind = 'cancelled_on_purpose' ORDER BY id",
    );
    chosen.push(given.map(({ id }) => id));
    expect(given.length).toBeGreaterThan(60);
    expect(given.length).toBeLessThan(120);
    for (const { latency } of given) {
      expect(latency).toBeGreaterThan(0.099);
      expect(latency).toBeLessThan(0.3);
    }
    const { requests, latency_with_failures_ms } = summaryOf(path);
    const success = 300 - given.length;
    expect(requests).toMatchObject({ offered: 300, total: 300, success, failed: 0, cancelled: given.length });
    expect(requests).toMatchObject({ success_rate: 1, by_error: {} });
    expect(latency_with_failures_ms!.p99.bound).toBe("exact");
    expect(out).toContain(`100% (${success} of ${success}); ${given.length} more given up on purpose`);
  }
  expect(chosen[1]).toEqual(chosen[0]!);
});

test("--before-level and --profile call the service around each level, --sleep-interval waits between them", async () => {
  using workspace = new Workspace();
  const { folder, err } = await workspace.run(
    ...[...load(), "--parallel", "1", "2", "--number", "3", "--warmup-num", "2", "--sleep-interval", "700ms"],
    ...["--before-level", "POST /reset_prefix_cache", "get /broken", "--profile", "--api-key", "sk-a-long-key"],
  );
  const said = service.heard.map(({ what }) => what);
  const level = ["POST /reset_prefix_cache", "GET /broken", CHAT, CHAT, "POST /start_profile", CHAT, CHAT, CHAT];
  const whole = [...level, "POST /stop_profile"];
  expect(said).toEqual([...whole, ...whole]);
  expect(new Set(service.heard.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer sk-a-long-key"]));
  expect(service.heard[whole.length]!.at - service.heard[whole.length - 1]!.at).toBeGreaterThan(650);
  expect(err).toMatch(/--before-level: GET http:\S+\/broken failed \(HTTP 404; no such thing\)/);
  expect(kinds(workspace.join(folder))).toEqual({ ok: 10 });
});

test("--warmup-duration sends the level's load first, left out of the figures", async () => {
  using workspace = new Workspace();
  const { folder } = await workspace.run(...load(), "--rate", "50", "--warmup-duration", "1s", "--duration", "1s");
  const phases = ask<{ phase: string; n: number }>(
    workspace.join(folder),
    "SELECT phase, count(*) AS n FROM outcome GROUP BY phase ORDER BY phase",
  );
  for (const { n } of phases) expect(Math.abs(n - 50)).toBeLessThan(30);
  expect(phases.map(({ phase }) => phase)).toEqual(["measure", "warmup"]);
  expect(summaryOf(workspace.join(folder)).requests.offered).toBe(phases[0]!.n);
});

test("--dry-run says what would be sent, and sends nothing", async () => {
  using workspace = new Workspace();
  const { code, out } = await workspace.plumb([
    ...["run", ...load(), "--rate", "20", "--arrival", "constant", "--number", "40", "--warmup-num", "2", "--dry-run"],
  ]);
  expect(code).toBe(0);
  expect(out).toContain("40 requests due, from 0 s to 1.95 s");
  expect(out).toContain('"content":"hi"');
  expect(out).toContain("nothing was sent");
  expect(service.heard).toEqual([]);
  expect(workspace.files()).toEqual([]);
});

test("what does not go together is said at once, all of it", async () => {
  using workspace = new Workspace();
  const { code, err } = await workspace.plumb([
    ...["run", ...load(), "--ramp", "60s", "--rate", "100", "--cancel", "10%", "--before-level", "reset"],
  ]);
  expect(code).toBe(2);
  expect(err).toContain("--rate 0-100:60s");
  expect(err).toContain("--cancel needs a time: --cancel-after 2s");
  expect(err).toContain("--before-level");
});
