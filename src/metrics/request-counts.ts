import type { RequestCounts } from "./summary-model.ts";

/** Of several levels together; the kinds of error the commonest first, as in each of them. */
export function countsOfAll(levels: { requests: RequestCounts }[]): RequestCounts {
  const sum = { offered: 0, total: 0, success: 0, failed: 0, unsent: 0, cancelled: 0 };
  const kinds = new Map<string, number>();
  for (const { requests } of levels) {
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += requests[name];
    for (const [kind, n] of Object.entries(requests.by_error)) kinds.set(kind, (kinds.get(kind) ?? 0) + n);
  }
  const commonestFirst = [...kinds].sort(([, a], [, b]) => b - a);
  return {
    ...sum,
    by_error: Object.fromEntries(commonestFirst),
    success_rate: sum.offered === sum.cancelled ? null : sum.success / (sum.offered - sum.cancelled),
  };
}
