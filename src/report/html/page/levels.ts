import type { LevelSummary } from "../../../metrics/summary-model.ts";
import { tick } from "./units.ts";
import { say } from "./words.ts";

/** "16 at once", "8 requests/s", "10:30s+50 requests/s", with the repeat where a level was run several times. */
export function levelName(level: LevelSummary, levels: LevelSummary[]): string {
  const load =
    level.rate === null
      ? say("closedLoop", tick(level.parallel ?? 0))
      : say("openLoop", level.course ?? tick(level.rate));
  const repeated = levels.some((other) => other.level === level.level && other.repeat !== level.repeat);
  return repeated ? say("repeat", load, level.repeat + 1) : load;
}

/** What a level asked for: requests at once, or a second. null where it says neither. */
export function loadOf(level: LevelSummary): number | null {
  return level.rate ?? level.parallel;
}
