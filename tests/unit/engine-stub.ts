// Started by its test: it starts itself again as an engine that misbehaves as it is told, and writes what became of it.
import { ENGINE_COMMAND } from "../../src/run/engine-command.ts";
import { EngineProcess } from "../../src/run/engine-process.ts";
import { configOf } from "./run-fixture.ts";

const behaviour = process.env.BEHAVIOUR ?? "";

function beEngine(): void {
  const post = (message: object) => process.send?.(message);
  if (behaviour === "never-ready") process.exit(3);
  if (behaviour === "broken") {
    post({ type: "fatal", message: "no such library" });
    setTimeout(() => process.exit(4), 20);
    return;
  }
  process.on("message", ({ type, sentMs }: { type: string; sentMs?: number }) => {
    if (type === "start" && behaviour === "dies-at-start") process.exit(5);
    if (type === "ping") post({ type: "pong", sentMs, engineMs: performance.timeOrigin + performance.now() + 250 });
    if (type === "ping" && behaviour === "dies-later") setTimeout(() => process.kill(process.pid, "SIGKILL"), 50);
    if (type === "exit" && behaviour !== "deaf") process.exit(0);
  });
  post({ type: "ready", pid: process.pid, timeOriginMs: performance.timeOrigin });
}

async function watch(): Promise<object> {
  const engine = new EngineProcess(0, 1);
  const lost = new Promise<string>((resolve) => {
    engine.onLost = resolve;
  });
  try {
    await engine.handshake();
    engine.send({
      type: "start",
      engine: 0,
      runId: "r",
      config: configOf(),
      secrets: { headers: {}, urlCredentials: null, proxyCredentials: null },
    });
    await engine.findClockOffset();
  } catch (error) {
    return { failed: (error as Error).message };
  }
  if (behaviour === "dies-later") return { lost: await lost };
  const ended = performance.now();
  await engine.end();
  return { offset: engine.clockOffsetMs, pid: engine.pid, endedInMs: performance.now() - ended };
}

if (process.argv.includes(ENGINE_COMMAND)) beEngine();
else process.stdout.write(JSON.stringify(await watch()));
