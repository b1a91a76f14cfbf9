import type { Block } from "../compare/ab-session.ts";
import type { RunConfig } from "../config/run-config.ts";
import { mixedSeed } from "../load/stages.ts";
import { datasetOf } from "../registry/registries.ts";
import { saveSummary } from "../report/save-summary.ts";
import type { RunObserver } from "../run/observer.ts";
import { Interrupted, type Interruption, type RunRequest, run } from "../run/run.ts";
import { skipping } from "./skipped-inputs.ts";

export interface BlockAsked {
  side: 0 | 1;
  pair: number;
  /** Inputs of the dataset that earlier pairs had. */
  skip: number;
}

/** Runs one block of load as a run of its own, with a folder and a record. */
export async function runBlock(
  request: RunRequest,
  { side, pair, skip }: BlockAsked,
  observer: RunObserver,
  interruption: Interruption,
): Promise<Block & { inputs: number }> {
  const name = `${String(pair + 1).padStart(3, "0")}-${"AB"[side]}`;
  // Both blocks of a pair draw alike, and every pair anew.
  const config: RunConfig = { ...request.config, name, noTimestamp: true, seed: mixedSeed(request.config.seed, pair) };
  const dataset = skip === 0 || config.data.parts.length > 0 ? undefined : skipping(await datasetOf(config), skip);
  try {
    const result = await run({ ...request, config, ...(dataset && { own: { dataset } }) }, observer, interruption);
    const { requests, levels, client } = saveSummary(result.folder.database, (line) => observer.notice(line));
    const inputs = requests.total;
    if (result.end === "interrupted") return { kind: "interrupted", inputs };
    if (result.end === "failed") return { kind: "failed", reason: result.reason ?? "the run failed", inputs };
    if (requests.success === 0) return { kind: "failed", reason: "no request succeeded", inputs };
    if (client.verdict === "client-limited")
      return { kind: "limited", reason: client.reasons[0] ?? "client-limited", inputs };
    return { kind: "measured", level: levels[0]!, inputs };
  } catch (error) {
    if (error instanceof Interrupted) return { kind: "interrupted", inputs: 0 };
    throw error;
  }
}
