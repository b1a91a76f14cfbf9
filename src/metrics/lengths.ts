import type { LevelTotals, RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { distributionOf } from "./distribution.ts";
import type { AskedAndGot, LengthSummary } from "./summary-model.ts";

/** From here on a length counts as another one than was asked for, as a share of it. */
const FAR_OFF = 0.05;

/** Lengths that were asked for beside those that came; null: none were. Of successes whose tokens are known. */
export function lengthsOf(reader: RunReader, level: RecordedLevel, totals: LevelTotals): LengthSummary | null {
  const { askedPrompt, askedCompletion } = totals;
  const input = askedAndGot(reader, level, askedPrompt, "asked_prompt_tokens", "prompt_tokens");
  const output = askedAndGot(reader, level, askedCompletion, "asked_completion_tokens", "completion_tokens");
  return input === null && output === null ? null : { input, output };
}

/** @param most requests that were asked for a length */
function askedAndGot(
  reader: RunReader,
  level: RecordedLevel,
  most: number,
  askedColumn: string,
  gotColumn: string,
): AskedAndGot | null {
  const asked = new Float64Array(most);
  const got = new Float64Array(most);
  let requests = 0;
  let exact = 0;
  let far = 0;
  const columns = [askedColumn, gotColumn].map((column) => `CASE WHEN success = 1 THEN ${column} END`);
  for (const block of most === 0 ? [] : reader.columns(level, "sent_time", columns)) {
    for (const row of block) {
      const wanted = row[1] ?? null;
      const came = row[2] ?? null;
      if (wanted === null || came === null) continue;
      asked[requests] = wanted;
      got[requests++] = came;
      if (came === wanted) exact++;
      if (Math.abs(came - wanted) > FAR_OFF * wanted) far++;
    }
  }
  const ofAsked = distributionOf(asked.subarray(0, requests));
  const ofGot = distributionOf(got.subarray(0, requests));
  if (ofAsked === null || ofGot === null) return null;
  return {
    asked: ofAsked,
    got: ofGot,
    requests,
    exact_share: exact / requests,
    off_by_more_than_5_percent: far / requests,
  };
}
