import type { ComparedLevel } from "./comparison-model.ts";
import type { LevelOfRun, MatchedLevel } from "./matched-levels.ts";
import type { Side } from "./side.ts";

/** What a reader must know before believing a comparison. */
export function comparisonNotes(
  sides: Side[],
  levels: MatchedLevel[],
  compared: ComparedLevel[],
  confidence: number,
): string[] {
  const bases = new Set(
    compared.flatMap(({ figures }) => figures.flatMap(({ differences }) => differences.map(({ basis }) => basis))),
  );
  const differences = compared.reduce(
    (n, { figures }) => n + figures.reduce((m, figure) => m + figure.differences.length, 0),
    0,
  );
  const byChance = (1 - confidence) * differences;
  return [
    ...sides.flatMap(limitedNotes),
    ...(bases.has("within-run")
      ? [
          "intervals are of moving blocks within one run: they do not know how much one run differs from the next; " +
            "repeat the runs (--repeat, or several folders joined by commas)",
        ]
      : []),
    ...(bases.has("one-side")
      ? ["one side has a single run: it is taken to spread as the runs of the other side do"]
      : []),
    ...(levels.some(isOneAfterTheOther)
      ? [
          "the sides ran one after the other: what changed with time is in the differences; interleave the runs (plumb ab)",
        ]
      : []),
    ...(byChance >= 0.5
      ? [
          `${differences} differences at ${confidence * 100}% each: about ${byChance.toFixed(1)} seem real by chance alone`,
        ]
      : []),
  ];
}

function limitedNotes({ label, runs }: Side): string[] {
  const limited = runs.filter(({ verdict }) => verdict === "client-limited").length;
  const cut = runs.filter(({ done }) => !done).length;
  return [
    ...(limited > 0 ? [`${label}: plumb's own machine shaped the figures of ${limited} of ${runs.length} runs`] : []),
    ...(cut > 0 ? [`${label}: ${cut} of ${runs.length} runs did not come to their own end`] : []),
  ];
}

/** Every run of one side began after every run of another. */
function isOneAfterTheOther({ sides }: MatchedLevel): boolean {
  const times = sides.map((runs) => runs.map(startOf));
  const [baseline, ...others] = times as [number[], ...number[][]];
  return others.some(
    (other) => Math.min(...other) > Math.max(...baseline) || Math.max(...other) < Math.min(...baseline),
  );
}

function startOf({ run, summary }: LevelOfRun): number {
  return run.levelTimes[run.levels.indexOf(summary)] ?? run.startTime;
}
