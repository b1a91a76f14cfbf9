import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { hearLog, labelVoice } from "../registry/plugin-voice.ts";
import { providePlumbModule } from "../registry/plumb-module.ts";
import { escaped } from "../report/printable.ts";
import { wasInterrupted } from "./ctrl-c.ts";
import { failureText } from "./failure-text.ts";
import { scriptModule } from "./index.ts";

const INTERRUPTED = 130;

/** A user's program, run in this process as Bun would run it. What it does not catch ends it with exit code 1. */
export async function runProgram(file: string, args: string[]): Promise<void> {
  const path = resolve(file);
  providePlumbModule(scriptModule);
  hearLog();
  labelVoice(path);
  process.argv = [process.execPath, path, ...args];
  // What `import.meta.main` asks for.
  Object.assign(Bun, { main: path });
  process.removeAllListeners("uncaughtException");
  for (const event of ["uncaughtException", "unhandledRejection"]) {
    process.on(event, (error: unknown) => {
      // A script that listens decides by itself.
      if (process.listenerCount(event) === 1) endWith(error, path);
    });
  }
  process.on("exit", (code) => {
    if (code === 0 && wasInterrupted()) process.exitCode = INTERRUPTED;
  });
  try {
    await import(pathToFileURL(path).href);
  } catch (error) {
    endWith(error, path);
  }
}

function endWith(error: unknown, path: string): never {
  // It may hold a server's words.
  const text = failureText(error).split("\n").map(escaped).join("\n");
  // Faults of linking have no stack.
  process.stderr.write(text.includes(path) ? `${text}\n` : `${text}\n    in ${path}\n`);
  process.exit(wasInterrupted() ? INTERRUPTED : 1);
}
