import { statSync } from "node:fs";
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { UserError } from "../config/user-error.ts";
import { scriptEnvironment } from "../script/environment.ts";
import { asText, several } from "./flag-kinds.ts";
import { helpArgs, readFlags } from "./flags.ts";
import { restart } from "./private-argv.ts";
import { runAsChild } from "./run-as-child.ts";

const FLAGS = {
  plugins: several(asText, {
    help: "Files of plugins, or folders of them, for every run of the script",
    hint: "FILE|FOLDER...",
    commas: false,
    default: [] as string[],
  }),
};

interface ExecCommand {
  /** plumb's own, before the file. */
  own: string[];
  file: string | null;
  /** The script's, whatever they look like. */
  args: string[];
}

export default defineCommand({
  meta: { name: "exec", description: "Run a TypeScript or JavaScript program that runs loads with runBenchmark" },
  args: {
    file: { type: "positional", required: false, description: "The program; what stands behind it is the program's" },
    ...helpArgs(FLAGS),
  },
  async run({ rawArgs }) {
    const { own, file, args } = splitExec(rawArgs);
    const { plugins } = readFlags(own, FLAGS, { positionals: 0 }).values;
    if (file === null) throw new UserError("exec: name the program, such as plumb exec bench.ts", 2);
    checkFile(file);
    const environment = scriptEnvironment(process.env);
    if (environment !== null) {
      // Bun reads its limit of requests once, at process start.
      restart(["exec", ...rawArgs], environment);
      return runAsChild(["exec", ...rawArgs], environment);
    }
    const [{ giveEveryRun }, { runProgram }] = await Promise.all([
      import("../script/plugins.ts"),
      import("../script/program.ts"),
    ]);
    // From here: the script may go elsewhere.
    giveEveryRun(plugins.map((path) => resolve(path)));
    await runProgram(file, args);
    return Number(process.exitCode ?? 0);
  },
});

/** `--plugins` takes one value here, or what stood behind it could not be told from the program. */
export function splitExec(rawArgs: string[]): ExecCommand {
  let at = 0;
  while (rawArgs[at]?.startsWith("-")) {
    if (rawArgs[at] === "--") return { own: rawArgs.slice(0, at), ...programOf(rawArgs.slice(at + 1)) };
    at += rawArgs[at] === "--plugins" ? 2 : 1;
  }
  return { own: rawArgs.slice(0, at), ...programOf(rawArgs.slice(at)) };
}

function programOf([file, ...args]: string[]): Pick<ExecCommand, "file" | "args"> {
  return { file: file ?? null, args };
}

function checkFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new UserError(`exec: no such file: ${file}`, 2);
  if (!found.isFile()) throw new UserError(`exec: ${file} is not a file: name a .ts or .js program`, 2);
  // Anything else would be loaded as data: nothing would run, and nothing be said.
  if (!/\.[cm]?[jt]sx?$/i.test(file))
    throw new UserError(`exec: ${file} is no program: its name ends in .ts or .js`, 2);
}
