import { ENGINE_COMMAND } from "./run/engine-command.ts";

// The engine imports as little as it can: it starts once for each engine of a run.
if (process.argv[2] === ENGINE_COMMAND) {
  const { runEngineProcess } = await import("./engine/main.ts");
  runEngineProcess();
} else {
  const { runCli } = await import("./cli/main.ts");
  await runCli(process.argv.slice(2));
}
