import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";

interface Report {
  failed?: string;
  lost?: string;
  offset?: number;
  pid?: number;
  endedInMs?: number;
}

async function reportOf(behaviour: string): Promise<Report> {
  const child = Bun.spawn([process.execPath, fileURLToPath(import.meta.resolve("./engine-stub.ts"))], {
    env: { ...process.env, BEHAVIOUR: behaviour },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  return JSON.parse(await child.stdout.text()) as Report;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("comes up, tells its clock's offset, and goes when it is told", async () => {
  const { offset, pid, endedInMs } = await reportOf("well");
  // Its clock was said to be 250 ms ahead.
  expect(offset!).toBeGreaterThan(150);
  expect(offset!).toBeLessThan(350);
  expect(endedInMs!).toBeLessThan(1900);
  expect(isAlive(pid!)).toBe(false);
});

test("one that does not go when it is told is killed", async () => {
  const { pid, endedInMs } = await reportOf("deaf");
  expect(endedInMs!).toBeGreaterThan(1500);
  expect(isAlive(pid!)).toBe(false);
});

test("one that does not come up is a mistake with its exit code, or with what it said", async () => {
  expect((await reportOf("never-ready")).failed).toBe("engine 0 did not start (exit code 3)");
  expect((await reportOf("broken")).failed).toBe("engine 0 did not start (no such library)");
});

test("one that ends instead of answering is not waited for", async () => {
  expect((await reportOf("dies-at-start")).failed).toBe("engine 0 ended (exit code 5)");
});

test("one that dies later is lost, and how", async () => {
  expect((await reportOf("dies-later")).lost).toBe("signal SIGKILL");
});
