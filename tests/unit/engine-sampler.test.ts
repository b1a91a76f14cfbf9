import { expect, test } from "bun:test";
import { join } from "node:path";
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

test("lists the stalls, tells the thread's CPU, and forgets what was before a restart", async () => {
  const sampler = new Sampler(0);
  try {
    block(120);
    await Bun.sleep(30);
    sampler.restart();
    const busyFrom = performance.now();
    block(150);
    await Bun.sleep(50);
    const { stalls, spanS, loopLagMs, threadCpu, coreWait } = sampler.sample(COUNTERS, 12);
    const listed = JSON.parse(stalls!) as number[];
    expect(Math.max(...listed)).toBeCloseTo(loopLagMs, 0);
    expect(listed.reduce((sum, ms) => sum + ms, 0)).toBeWithin(120, (performance.now() - busyFrom) * 1.01 + 10);
    expect(spanS * 1000).toBeWithin(190, performance.now() - busyFrom + 10);
    if (process.platform !== "linux") return;
    expect(threadCpu).toBeWithin(0.05, 1.05);
    expect(coreWait).toBeWithin(0, 1.05);
    expect(sampler.sample(COUNTERS, 12)).toMatchObject({ opened: 12, steal: null, load: null });
  } finally {
    sampler.stop();
  }
});

test("waiting for a core is told from idling", async () => {
  if (process.platform !== "linux" || Bun.which("taskset") === null) return;
  const here = join(import.meta.dir, "..", "..", "src", "engine", "sampler.ts");
  const work = `
    import { Sampler } from ${JSON.stringify(here)};
    const sampler = new Sampler(0);
    const end = performance.now() + 1500;
    const spin = () => {
      const slice = performance.now() + 5;
      while (performance.now() < slice);
      if (performance.now() < end) setTimeout(spin, 1);
      else { console.log(sampler.sample({ inFlight: 0, sent: 0, done: 0 }).coreWait); sampler.stop(); }
    };
    spin();`;
  const alone = ["taskset", "-c", "0", process.execPath];
  const hogs = [1, 2].map(() =>
    Bun.spawn([...alone, "-e", "for (const end = Date.now() + 4000; Date.now() < end; );"]),
  );
  try {
    const { stdout } = Bun.spawnSync([...alone, "-e", work]);
    expect(Number(stdout.toString())).toBeGreaterThan(0.2);
  } finally {
    for (const hog of hogs) hog.kill("SIGKILL");
  }
});
