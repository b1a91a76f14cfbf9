import { defineCommand } from "citty";
import { UserError } from "../config/user-error.ts";
import type { QueryResult } from "../record/query.ts";
import { openRun } from "../record/reader.ts";
import { rowsAsCsv, rowsAsJson, rowsAsTable } from "../report/render-rows.ts";
import { toggle } from "./flag-kinds.ts";
import { helpArgs, readFlags } from "./flags.ts";
import { printResult } from "./print-result.ts";

const FLAGS = {
  json: toggle({ help: "print an array of objects", default: false }),
  csv: toggle({
    help: "print CSV; a text that a spreadsheet would run as a formula gets a ' in front",
    default: false,
  }),
};

export default defineCommand({
  meta: { name: "query", description: "Ask a run's database in SQL; nothing can be changed" },
  args: {
    run: { type: "positional", required: false, description: "a run's folder, or its database file" },
    sql: { type: "positional", required: false, description: "one statement; the view `result` has a row a request" },
    ...helpArgs(FLAGS),
  },
  async run({ rawArgs }) {
    const { values, positionals } = readFlags(rawArgs, FLAGS, { positionals: 2 });
    const [path, sql] = positionals;
    if (path === undefined || sql === undefined) {
      throw new UserError('query: name a run and the SQL, such as plumb query RUN "SELECT count(*) FROM result"', 2);
    }
    if (values.json && values.csv) throw new UserError("query: --json and --csv exclude each other", 2);
    using reader = openRun(path);
    await printResult(render(reader.query(sql), values));
  },
});

function render(result: QueryResult, { json, csv }: { json: boolean; csv: boolean }): Iterable<string> {
  if (json) return rowsAsJson(result);
  return csv ? rowsAsCsv(result, { terminal: process.stdout.isTTY === true }) : rowsAsTable(result);
}
