import { apiOf } from "../registry/registries.ts";
import { Engine } from "./engine.ts";
import type { FromEngine, ToEngine } from "./protocol.ts";
import { Redaction } from "./redaction.ts";

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
  const receive = async (message: ToEngine): Promise<void> => {
    if (message.type === "start") {
      if (message.config.apiFile !== undefined) await hearPlugin(message, post);
      const api = await apiOf(message.config);
      // Told again where the model was found by asking.
      engine?.close();
      engine = new Engine(message, api, post);
    } else {
      engine?.receive(message);
    }
    if (message.type === "exit") process.disconnect?.();
  };
  // One after the other: what follows a start waits until its plugin is loaded.
  let turn = Promise.resolve();
  process.on("message", (message: ToEngine) => {
    turn = turn.then(() => receive(message));
  });
  post({ type: "ready", pid: process.pid, timeOriginMs: performance.timeOrigin });
}

/** What the plugin says goes through main, which owns the terminal. */
async function hearPlugin(
  { config: { debug }, secrets }: Extract<ToEngine, { type: "start" }>,
  post: (message: FromEngine) => void,
): Promise<void> {
  // It sees the headers of its replies, and what a service says of a key.
  const redaction = new Redaction(secrets);
  const { divertConsole, listenToPlugins } = await import("../registry/plugin-voice.ts");
  divertConsole();
  listenToPlugins((level, line) => {
    if (debug || level !== "debug") post({ type: "log", level, line: redaction.text(line) });
  });
}
