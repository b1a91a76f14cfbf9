import type * as declared from "../contract/script.ts";
import { renderTable } from "../report/render-table.ts";
import { runBenchmark } from "./benchmark.ts";
import { loadEnv } from "./load-env.ts";
import { queryRun } from "./query-run.ts";

/** What the module "plumb" gives to scripts besides the contract. */
export const scriptModule: typeof declared = {
  runBenchmark,
  loadEnv,
  queryRun,
  renderSummary: ({ summary, database }) => renderTable(summary, { path: database, color: false }),
};
