import { expect, test } from "bun:test";
import { Sampler } from "../../src/engine/sampler.ts";

const COUNTERS = { inFlight: 3, sent: 10, done: 7 };

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test("says what the time before it was like, and begins anew", async () => {
  const sampler = new Sampler(2);
  try {
    await Bun.sleep(60);
    block(300);
    await Bun.sleep(60);
    const busy = sampler.sample(COUNTERS);
    expect(busy).toMatchObject({ engine: 2, ...COUNTERS });
    expect(Math.abs(busy.time - Date.now() / 1000)).toBeLessThan(1);
    // The loop was held for 300 ms; the timer itself may have been due for some of them.
    expect(busy.loopLagMs).toBeGreaterThan(200);
    expect(busy.cpu).toBeGreaterThan(0.1);
    expect(busy.rssMb).toBeGreaterThan(10);
    expect(busy.rssMb).toBeLessThan(10_000);

    await Bun.sleep(400);
    const calm = sampler.sample(COUNTERS);
    expect(calm.cpu).toBeLessThan(busy.cpu);
    expect(calm.loopLagMs).toBeLessThan(busy.loopLagMs);
  } finally {
    sampler.stop();
  }
});

test("counts the sockets that have been opened since", async () => {
  if (process.platform !== "linux") return;
  using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const sampler = new Sampler(0);
  try {
    // Some of other tests' may just be closing.
    expect(sampler.sample(COUNTERS).connections).toBeLessThan(20);
    const sockets = await Promise.all(
      Array.from({ length: 40 }, () =>
        Bun.connect({ hostname: "127.0.0.1", port: server.port, socket: { data() {} } }),
      ),
    );
    await Bun.sleep(50);
    // Both ends are here.
    expect(sampler.sample(COUNTERS).connections).toBeWithin(60, 101);
    for (const socket of sockets) socket.end();
  } finally {
    sampler.stop();
  }
});
