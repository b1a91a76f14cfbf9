import { describe, expect, test } from "bun:test";
import type { RunConfig } from "../../src/config/run-config.ts";
import { recordsOf } from "./engine-run.ts";
import { closedPort, RawServer } from "./raw-server.ts";
import { configOf } from "./run-fixture.ts";
import { SELF_SIGNED } from "./self-signed.ts";
import { FAULT_CONFIG, WIRE_FAULTS } from "./wire-faults.ts";

const AT_ONCE = 3;

describe.each(["fetch", "socket"] as const)("what a request is recorded as, %s", (transport) => {
  const { maxResponseBytes } = FAULT_CONFIG;
  const config: Partial<RunConfig> = {
    timeouts: FAULT_CONFIG.timeouts,
    connection: { ...configOf().connection, transport, maxResponseBytes, use: "new" },
  };

  test.each(WIRE_FAULTS.map((fault) => [fault.name, fault] as const))(
    "%s",
    async (_, { answer, kind, says = /./, chunks, status }) => {
      using server = new RawServer(answer);
      const records = await recordsOf(server.url, { quota: AT_ONCE, config });
      expect(records.map(({ outcome }) => outcome.id).sort()).toEqual([0, 1, 2]);
      for (const { outcome, payload } of records) {
        if (kind === "success") expect(outcome.ending).toEqual({ ok: true });
        else expect(outcome.ending).toMatchObject({ ok: false, kind, message: expect.stringMatching(says) as never });
        if (chunks !== undefined) expect(outcome.chunks).toBe(chunks);
        if (status !== undefined) expect(outcome.status).toBe(status);
        // How far it got is told however it ended.
        const messages = JSON.parse(payload.responseMessages!) as unknown[];
        expect(messages.length).toBeGreaterThanOrEqual(outcome.chunks);
        expect(JSON.parse(payload.eventTimes!)).toHaveLength(messages.length);
        expect(outcome.firstChunkLatency !== null).toBe(outcome.chunks > 0);
        if (messages.length > 0) expect(outcome.bytes).toBeGreaterThan(0);
        expect(outcome.attempts).toBe(1);
        expect(outcome.latency!).toBeGreaterThan(0);
      }
    },
    20_000,
  );

  test("nobody listens; a host without a name; a certificate of nobody's; another scheme", async () => {
    using tls = Bun.serve({ hostname: "127.0.0.1", port: 0, tls: SELF_SIGNED, fetch: () => new Response("x") });
    using plain = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("x") });
    for (const [url, kind] of [
      [`http://127.0.0.1:${closedPort()}/`, "connect"],
      ["http://no-such-host.invalid/", "dns"],
      [`https://127.0.0.1:${tls.port}/`, "tls"],
      [`https://127.0.0.1:${plain.port}/`, "tls"],
      [`http://127.0.0.1:${tls.port}/`, "reset"],
    ] as const) {
      for (const { outcome } of await recordsOf(url, { quota: AT_ONCE, config })) {
        expect(outcome).toMatchObject({
          ending: { ok: false, kind },
          status: null,
          chunks: 0,
          firstChunkLatency: null,
        });
      }
    }
  });

  test("https to a port where nobody takes part in the handshake: within --connect-timeout", async () => {
    using silent = new RawServer(() => {});
    const timeouts = { connectS: 1, readS: 60, totalS: 60 };
    const began = performance.now();
    const load = { quota: 2, config: { ...config, timeouts } };
    const records = await recordsOf(silent.url.replace("http:", "https:"), load);
    for (const { outcome } of records) {
      const message = "connected, but no TLS handshake within 1 s (--connect-timeout)";
      expect(outcome).toMatchObject({ ending: { ok: false, kind: "timeout_connect", message }, status: null });
    }
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
