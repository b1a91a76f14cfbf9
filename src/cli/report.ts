import { writeFileSync } from "node:fs";
import { defineCommand } from "citty";
import { UserError } from "../config/user-error.ts";
import { summarise } from "../metrics/summary.ts";
import type { Summary } from "../metrics/summary-model.ts";
import { openRun, type RunReader } from "../record/reader.ts";
import { htmlPath, makeHtml } from "../report/html/save-html.ts";
import { renderJson } from "../report/render-json.ts";
import { renderTable } from "../report/render-table.ts";
import { usesColor } from "./color.ts";
import type { Flag } from "./flag.ts";
import { asChoice, asText, single, toggle } from "./flag-kinds.ts";
import { helpArgs, readFlags } from "./flags.ts";
import { LANGUAGE_FLAG, readersLanguage } from "./language-flag.ts";
import { printResult } from "./print-result.ts";

/** Whose definitions --as knows. */
const OTHER_TOOLS = ["evalscope", "vllm"] as const;

const FLAGS = {
  json: toggle({ help: "print summary.json instead of the table", default: false }),
  ...LANGUAGE_FLAG,
  html: fileOrBeside(
    single(asText, {
      help: "write the page with the charts instead; without FILE: report.html beside the database",
      hint: "FILE",
    }),
  ),
  csv: toggle({ help: "print a row a level with every figure as CSV", default: false }),
  jsonl: single(asText, { help: "write a line a request with all that is recorded as JSON Lines", hint: "FILE|-" }),
  as: single(asChoice(OTHER_TOOLS), {
    help: "print the figures by another tool's definitions, from the same events, beside plumb's",
    hint: OTHER_TOOLS.join("|"),
  }),
  out: single(asText, { help: "with --as evalscope: write the files that it would have written", hint: "FOLDER" }),
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
    if (path === undefined)
      throw new UserError(
        "report: name a run's folder or its database file, such as plumb report outputs/RUN; plumb ls lists them",
        2,
      );
    refuseTwoForms(values);
    using reader = openRun(path);
    const summary = summarise(reader);
    if (values.html !== undefined) {
      await printResult([`${await writePage(reader, summary, values.html)}\n`]);
      return;
    }
    if (values.as !== undefined) {
      const { json, out, as: tool } = values;
      const { reportAs } = await import("./report-as.ts");
      await printResult(reportAs(reader, summary, { tool, out, json, columns: process.stdout.columns }));
      return;
    }
    if (values.csv || values.jsonl !== undefined) {
      const { exportRun } = await import("./report-export.ts");
      await exportRun(reader, summary, values.jsonl);
      return;
    }
    const color = usesColor(process.stdout);
    const language = readersLanguage(values.lang);
    await printResult([
      values.json
        ? renderJson(summary)
        : renderTable(summary, { path: reader.path, color, columns: process.stdout.columns, language }),
    ]);
  },
});

interface Forms {
  json: boolean;
  html: Place | undefined;
  csv: boolean;
  jsonl: string | undefined;
  as: string | undefined;
  out: string | undefined;
}

/** One call prints or writes one thing; --json says how where --as says what. @throws UserError */
function refuseTwoForms({ json, html, csv, jsonl, as, out }: Forms): void {
  const asked = {
    "--html": html,
    "--csv": csv || undefined,
    "--jsonl": jsonl,
    "--as": as,
    "--json": json || undefined,
  };
  const names = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (names.length > 1 && names.join() !== "--as,--json") {
    throw new UserError(`report: ${names[0]} and ${names[1]} exclude each other`, 2);
  }
  if (out !== undefined && as === undefined) {
    throw new UserError("report: --out is where --as evalscope writes its files: give that too", 2);
  }
}

type Place = { kind: "beside" } | { kind: "file"; path: string };

function fileOrBeside(flag: Flag<string | undefined>): Flag<Place | undefined> {
  const read = (values: string[]): Place =>
    values.length === 0 ? { kind: "beside" } : { kind: "file", path: flag.read(values) };
  return { ...flag, default: undefined, read };
}

/** Returns the page's path. @throws UserError where it cannot be written */
async function writePage(reader: RunReader, summary: Summary, place: Place): Promise<string> {
  const path = place.kind === "beside" ? htmlPath(reader.path) : place.path;
  try {
    writeFileSync(path, await makeHtml(reader, summary));
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${(error as Error).message}; --html FILE names another place`, 1, {
      cause: error,
    });
  }
  return path;
}
