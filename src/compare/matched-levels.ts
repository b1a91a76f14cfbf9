import type { LevelSummary } from "../metrics/summary-model.ts";
import type { RunOfSide, Side } from "./side.ts";

/** A level of one run, and where it was recorded. */
export interface LevelOfRun {
  run: RunOfSide;
  summary: LevelSummary;
}

/** One load, with every run of it on each side. */
export interface MatchedLevel {
  load: string;
  /** One list a side. */
  sides: LevelOfRun[][];
}

export interface Matching {
  levels: MatchedLevel[];
  notes: string[];
}

/** Levels of the same load. Where every side has one load alone these are held against each other, whatever they are. */
export function matchLevels(sides: Side[]): Matching {
  const bySide = sides.map(({ runs }) => Map.groupBy(runs.flatMap(levelsOf), ({ summary }) => loadOf(summary)));
  const [first] = bySide;
  if (first === undefined) return { levels: [], notes: [] };
  const common = [...first.keys()].filter((load) => bySide.every((levels) => levels.has(load)));
  if (common.length === 0 && bySide.every(({ size }) => size === 1)) {
    const loads = bySide.map((levels) => [...levels.keys()][0]!);
    const note = `the loads differ: ${loads.map((load, i) => `${sides[i]!.label} ${load}`).join(", ")}`;
    return { levels: [{ load: loads.join(" / "), sides: bySide.map((own) => [...own.values()][0]!) }], notes: [note] };
  }
  const levels = common.map((load) => ({ load, sides: bySide.map((own) => own.get(load)!) }));
  const notes = bySide.flatMap((own, i) => {
    const alone = [...own.keys()].filter((load) => !common.includes(load));
    return alone.length === 0
      ? []
      : [`not on every side, and left out: load ${alone.join(", ")} of ${sides[i]!.label}`];
  });
  return { levels, notes };
}

function levelsOf(run: RunOfSide): LevelOfRun[] {
  return run.levels.map((summary) => ({ run, summary }));
}

/** "64", "10/s", "10/s <=64": requests at once, or a second and at most so many at once. */
function loadOf({ parallel, rate, course }: LevelSummary): string {
  if (rate === null) return String(parallel ?? "-");
  const asked = course === undefined ? `${shortRate(rate)}/s` : `${course} req/s`;
  return parallel === null ? asked : `${asked} <=${parallel}`;
}

function shortRate(rate: number): string {
  return String(Number(rate.toPrecision(6)));
}
