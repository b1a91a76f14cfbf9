import { apis } from "../registry/built-in-apis.ts";
import { Engine } from "./engine.ts";
import type { FromEngine, ToEngine } from "./protocol.ts";

/** The engine process: takes its orders from the main process and ends with it. */
export function runEngineProcess(): void {
  // Ctrl-C goes to the whole process group; what it means is main's to decide.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => {});
  process.on("disconnect", () => process.exit(0));
  const post = (message: FromEngine): void => {
    process.send?.(message);
  };
  for (const event of ["uncaughtException", "unhandledRejection"]) {
    process.on(event, (error: unknown) => {
      post({ type: "fatal", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      setTimeout(() => process.exit(1), 50);
    });
  }
  let engine: Engine | null = null;
  process.on("message", (message: ToEngine) => {
    if (message.type === "start") {
      // Told again where the model was found by asking.
      engine?.close();
      engine = new Engine(message, apis().get(message.config.api), post);
    } else {
      engine?.receive(message);
    }
    if (message.type === "exit") process.disconnect?.();
  });
  post({ type: "ready", pid: process.pid, timeOriginMs: performance.timeOrigin });
}
