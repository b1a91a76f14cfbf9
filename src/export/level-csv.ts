import type { Summary } from "../metrics/summary-model.ts";
import type { QueryResult, SqlValue } from "../record/query.ts";

/**
 * A row a level, every figure of its summary a column, named by its path in summary.json: `ttft_ms.p99`. Lists, such as
 * the figures of each turn, are left out: they would be rows of their own.
 */
export function levelRows({ config, run, levels }: Summary): QueryResult {
  const records = levels.map((level) => {
    const record = new Map<string, SqlValue>([
      ["name", run.name],
      ["model", config.params.model],
      ["start_time", run.start_time],
    ]);
    flatten(level, "", record);
    return record;
  });
  const columns = [...new Set(records.flatMap((record) => [...record.keys()]))];
  return { columns, rows: records.map((record) => columns.map((name) => record.get(name) ?? null)) };
}

function flatten(value: unknown, path: string, into: Map<string, SqlValue>): void {
  if (value === null || value === undefined || Array.isArray(value)) return;
  if (typeof value === "object") {
    for (const [key, part] of Object.entries(value)) flatten(part, path === "" ? key : `${path}.${key}`, into);
  } else into.set(path, typeof value === "boolean" ? Number(value) : (value as string | number));
}
