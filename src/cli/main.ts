import { type CommandDef, defineCommand, renderUsage, runCommand } from "citty";
import { version } from "../../package.json";
import { UserError } from "../config/user-error.ts";
import { nearest } from "../registry/nearest.ts";
import { escaped } from "../report/printable.ts";
import { usesColor } from "./color.ts";
import { hideSecretsFromProcessList } from "./private-argv.ts";

/** Loaded one at a time: `plumb --version` loads none. */
const COMMANDS: Record<string, () => Promise<CommandDef>> = {
  run: () => import("./run.ts").then((module) => module.default as CommandDef),
  find: () => import("./find.ts").then((module) => module.default as CommandDef),
  demo: () => import("./demo.ts").then((module) => module.default as CommandDef),
  report: () => import("./report.ts").then((module) => module.default as CommandDef),
  compare: () => import("./compare.ts").then((module) => module.default as CommandDef),
  ab: () => import("./ab.ts").then((module) => module.default as CommandDef),
  gate: () => import("./gate.ts").then((module) => module.default as CommandDef),
  ls: () => import("./ls.ts").then((module) => module.default as CommandDef),
  query: () => import("./query.ts").then((module) => module.default as CommandDef),
  exec: () => import("./exec.ts").then((module) => module.default as CommandDef),
  plugins: () => import("./plugins.ts").then((module) => module.default as CommandDef),
  data: () => import("./data.ts").then((module) => module.default as CommandDef),
  mock: () => import("./mock.ts").then((module) => module.default as CommandDef),
  calibrate: () => import("./calibrate.ts").then((module) => module.default as CommandDef),
  explain: () => import("./explain.ts").then((module) => module.default as CommandDef),
};

const ROOT = defineCommand({
  meta: { name: "plumb", version, description: "A load tester for LLM services whose numbers are true" },
  subCommands: COMMANDS,
});

/** Runs the command line and sets the exit code: 1 the run failed, 2 the command was wrong, 130 interrupted. */
export async function runCli(argv: string[]): Promise<void> {
  const debug = argv.includes("--debug");
  process.on("uncaughtException", (error) => process.exit(fail(error, debug)));
  try {
    const { rawArgs, warning } = hideSecretsFromProcessList(argv);
    if (warning !== null) process.stderr.write(`plumb: ${warning}\n`);
    process.exitCode = await dispatch(rawArgs);
  } catch (error) {
    process.exitCode = fail(error, debug);
  }
}

async function dispatch(rawArgs: string[]): Promise<number> {
  const [name, ...rest] = rawArgs;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(plain(await renderUsage(ROOT)));
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "-v" || name === "-V") {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) throw unknownCommand(name);
  const command = await load();
  const own = name === "exec" ? untilProgram(rest) : rest;
  if (own.includes("--help") || own.includes("-h")) {
    process.stdout.write(plain(await renderUsage(command, ROOT)));
    return 0;
  }
  const { result } = await runCommand(command, { rawArgs: rest });
  return typeof result === "number" ? result : 0;
}

/** citty colours its text wherever it goes. */
function plain(usage: string): string {
  return `${usesColor(process.stdout) ? usage : Bun.stripANSI(usage)}\n`;
}

/** What stands behind a script's name is the script's, a --help too. */
function untilProgram(rest: string[]): string[] {
  const program = rest.findIndex((arg) => !arg.startsWith("-"));
  return program === -1 ? rest : rest.slice(0, program);
}

function unknownCommand(name: string): UserError {
  if (name.startsWith("-")) return new UserError(`${name}: a command comes first, such as plumb run ${name}`, 2);
  if (name === "perf") return new UserError("unknown command perf: what evalscope calls perf is plumb run", 2);
  const names = Object.keys(COMMANDS);
  const near = nearest(name, names);
  const hint = near === undefined ? `the commands are ${names.join(", ")}` : `did you mean ${near}?`;
  return new UserError(`unknown command ${name}: ${hint}`, 2);
}

function fail(error: unknown, debug: boolean): number {
  const known = error instanceof UserError;
  const message = error instanceof Error ? error.message : String(error);
  const hint = known || debug ? "" : " (a fault in plumb; --debug shows where)";
  const code = known ? error.exitCode : 1;
  // A wrong command has a line for each mistake; what else fails may hold a server's words, which may hold anything.
  const text = code === 2 ? linesEscaped(message) : escaped(message);
  process.stderr.write(`plumb: ${text}${hint}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${linesEscaped(error.stack ?? "")}\n`);
  return code;
}

function linesEscaped(text: string): string {
  return text.split("\n").map(escaped).join("\n");
}
