/** A stretch of a rate's course: evenly from one rate to another, in requests a second. */
export interface RateSegment {
  from: number;
  to: number;
  /** Seconds; null: without end. */
  overS: number | null;
}

/** A stretch with what lies before it, so that a time is found without walking through the others. */
interface Placed extends RateSegment {
  startS: number;
  /** Arrivals due before it, on average. */
  countBefore: number;
}

/**
 * The course of a rate over time, as the number of arrivals that are due on average by a moment (the integral of the
 * rate) and the other way round. After its last stretch the last rate holds.
 */
export class RateCurve {
  readonly #stretches: Placed[] = [];

  /** @param segments at least one; only the last may be without end */
  constructor(segments: RateSegment[]) {
    let startS = 0;
    let countBefore = 0;
    for (const segment of segments) {
      this.#stretches.push({ ...segment, startS, countBefore });
      if (segment.overS === null) return;
      startS += segment.overS;
      countBefore += ((segment.from + segment.to) / 2) * segment.overS;
    }
    const { to } = segments.at(-1)!;
    this.#stretches.push({ from: to, to, overS: null, startS, countBefore });
  }

  /** Seconds from the start at which `count` arrivals are due on average; Infinity where there are never so many. */
  timeOf(count: number): number {
    const stretch = this.#stretches.findLast((candidate) => candidate.countBefore <= count) ?? this.#stretches[0]!;
    const { from, to, overS, startS, countBefore } = stretch;
    const wanted = count - countBefore;
    if (wanted <= 0) return startS;
    if (overS === null || from === to) return startS + wanted / from;
    // from t + slope t^2 / 2 = wanted, in the form that does not lose digits where the slope is small.
    const slope = (to - from) / overS;
    return startS + (2 * wanted) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * wanted)));
  }

  /** Arrivals due on average by `timeS`. */
  countAt(timeS: number): number {
    const stretch = this.#stretches.findLast((candidate) => candidate.startS <= timeS) ?? this.#stretches[0]!;
    const { from, to, overS, startS, countBefore } = stretch;
    const within = Math.max(0, timeS - startS);
    const slope = overS === null ? 0 : (to - from) / overS;
    return countBefore + from * within + (slope * within * within) / 2;
  }
}

/** Stretches that are shown of a longer course: the first ones and the last. */
const SHOWN_STRETCHES = 3;

/** A course as people write it, in requests a second: "10:30s+50", "0-100:60s", "1:5s+2:5s+…+9:5s"; null: it is one rate. */
export function courseText(course: RateSegment[]): string | null {
  const { to } = course.at(-1)!;
  if (course.every((stretch) => stretch.from === to && stretch.to === to)) return null;
  const texts = course.map(stretchText);
  const shown = texts.length <= SHOWN_STRETCHES ? texts : [...texts.slice(0, SHOWN_STRETCHES - 1), "…", texts.at(-1)!];
  return shown.join("+");
}

function stretchText({ from, to, overS }: RateSegment): string {
  const rate = from === to ? `${to}` : `${from}-${to}`;
  return overS === null ? rate : `${rate}:${overS}s`;
}

/** The highest rate of a course, in requests a second. */
export function peakRate(course: RateSegment[]): number {
  return Math.max(...course.flatMap(({ from, to }) => [from, to]));
}

/** Seconds after which a course keeps its last rate. */
export function courseEndS(course: RateSegment[]): number {
  const last = course.at(-1)!;
  const before = course.slice(0, -1).reduce((sum, { overS }) => sum + (overS ?? 0), 0);
  return last.from === last.to ? before : before + (last.overS ?? 0);
}
