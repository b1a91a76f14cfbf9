import { defineCommand } from "citty";
import { UserError } from "../config/user-error.ts";
import { summarise } from "../metrics/summary.ts";
import { openRun } from "../record/reader.ts";
import { renderJson } from "../report/render-json.ts";
import { renderTable } from "../report/render-table.ts";
import { toggle } from "./flag-kinds.ts";
import { helpArgs, readFlags } from "./flags.ts";
import { printResult } from "./print-result.ts";

const FLAGS = {
  json: toggle({ help: "print summary.json instead of the table", default: false }),
};

export default defineCommand({
  meta: { name: "report", description: "Print the report of a run: finished, killed, or going on" },
  args: {
    run: { type: "positional", required: false, description: "a run's folder, or its database file" },
    ...helpArgs(FLAGS),
  },
  async run({ rawArgs }) {
    const { values, positionals } = readFlags(rawArgs, FLAGS, { positionals: 1 });
    const [path] = positionals;
    if (path === undefined) throw new UserError("report: name a run's folder or its database file", 2);
    using reader = openRun(path);
    const summary = summarise(reader);
    const color = process.stdout.isTTY && !process.env.NO_COLOR;
    await printResult([values.json ? renderJson(summary) : renderTable(summary, { path: reader.path, color })]);
  },
});
