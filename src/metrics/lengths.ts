import type { RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { distributionOf } from "./distribution.ts";
import type { AskedAndGot, LengthSummary } from "./summary-model.ts";

/** From here on a length counts as another one than was asked for, as a share of it. */
const FAR_OFF = 0.05;

/** Lengths that were asked for beside those that came; null: none were. Of successes whose tokens are known. */
export function lengthsOf(reader: RunReader, level: RecordedLevel): LengthSummary | null {
  const input = askedAndGot(reader, level, "asked_prompt_tokens", "prompt_tokens");
  const output = askedAndGot(reader, level, "asked_completion_tokens", "completion_tokens");
  return input === null && output === null ? null : { input, output };
}

function askedAndGot(reader: RunReader, level: RecordedLevel, asked: string, got: string): AskedAndGot | null {
  const known = `success = 1 AND ${asked} IS NOT NULL AND ${got} IS NOT NULL`;
  const values = (column: string) => {
    const list = Array.from(reader.values(level, column, known), ({ value }) => value);
    return distributionOf(Float64Array.from(list));
  };
  const [wanted, came] = [values(asked), values(got)];
  if (wanted === null || came === null) return null;
  const requests = reader.count(level, known);
  const far = reader.count(level, `${known} AND abs(${got} - ${asked}) > ${FAR_OFF} * ${asked}`);
  const exact = reader.count(level, `${known} AND ${got} = ${asked}`);
  return {
    asked: wanted,
    got: came,
    requests,
    exact_share: exact / requests,
    off_by_more_than_5_percent: far / requests,
  };
}
