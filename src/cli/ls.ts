import { statSync } from "node:fs";
import { defineCommand } from "citty";
import { listRuns } from "../compare/listed-run.ts";
import { UserError } from "../config/user-error.ts";
import { speaker } from "../report/language.ts";
import { printableJson } from "../report/printable.ts";
import { renderRuns } from "../report/render-runs.ts";
import { toggle } from "./flag-kinds.ts";
import { helpArgs, readFlags } from "./flags.ts";
import { LANGUAGE_FLAG, readersLanguage } from "./language-flag.ts";
import { printResult } from "./print-result.ts";

const FLAGS = { json: toggle({ help: "Print an array of objects", default: false }), ...LANGUAGE_FLAG };
const USUAL_FOLDER = "outputs";

export default defineCommand({
  meta: { name: "ls", description: "List the runs in a folder: when, what, how it went" },
  args: {
    folder: { type: "positional", required: false, description: `a folder of runs (default: ${USUAL_FOLDER})` },
    ...helpArgs(FLAGS),
  },
  async run({ rawArgs }) {
    const { values, positionals } = readFlags(rawArgs, FLAGS, { positionals: 1 });
    const folder = positionals[0] ?? USUAL_FOLDER;
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new UserError(
        `ls: there is no folder ${folder}: name the one that holds the runs (--outputs-dir of run)`,
        2,
      );
    }
    const { runs, unreadable } = listRuns(folder);
    if (runs.length + unreadable.length === 0) process.stderr.write(`plumb: no runs in ${folder}\n`);
    if (values.json) {
      for (const { path, error } of unreadable) process.stderr.write(`plumb: ${path}: ${error}\n`);
      await printResult([`${printableJson(runs, 2)}\n`]);
      return;
    }
    await printResult([renderRuns(runs, unreadable, process.stdout.columns, speaker(readersLanguage(values.lang)))]);
  },
});
