import { ENGINE_COMMAND } from "./run/engine-command.ts";

// No await at the top level: while one is pending, Bun prints an uncaught exception and carries on.
// The engine imports as little as it can: it starts once for each engine of a run.
if (process.argv[2] === ENGINE_COMMAND) {
  void import("./engine/main.ts").then((module) => module.runEngineProcess());
} else {
  void import("./cli/main.ts").then((module) => module.runCli(process.argv.slice(2)));
}
