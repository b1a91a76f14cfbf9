import type { RateSegment } from "../load/rate-curve.ts";
import { readDuration } from "./duration.ts";
import { UserError } from "./user-error.ts";

const NUMBER = String.raw`\d+\.?\d*|\.\d+`;
const STRETCH = new RegExp(`^(${NUMBER})(?:-(${NUMBER}))?(?::(.+))?$`);
const MOST = 1e6;

/**
 * The course of a rate as people write it, in requests a second: `R`; `A-B:60s`, evenly from A to B, which then stays;
 * stretches joined by `+`, such as `10:30s+50:30s`, the last of which may be without an end.
 * @returns null for -1: no rate
 * @throws UserError
 */
export function readRate(text: string): RateSegment[] | null {
  if (/^-1(?:\.0*)?$/.test(text)) return null;
  const stretches = text.split("+");
  const course = stretches.map((stretch, index) => readStretch(stretch, index === stretches.length - 1));
  if (course.every(({ from, to }) => from === 0 && to === 0)) {
    throw new UserError(`"${text}" sends nothing: a rate is above 0 requests a second, or -1 for none`, 2);
  }
  return course;
}

function readStretch(text: string, last: boolean): RateSegment {
  const [matched, from, to = from, length] = STRETCH.exec(text) ?? [];
  if (matched === undefined) {
    throw new UserError(`"${text}" is no rate: give requests a second (10), or a course (0-100:60s, 10:30s+50:30s)`, 2);
  }
  const segment = { from: Number(from), to: Number(to), overS: length === undefined ? null : readDuration(length) };
  if (segment.overS === 0) throw new UserError(`"${text}" lasts no time`, 2);
  if (segment.overS === null && (!last || from !== to)) {
    throw new UserError(`"${text}" does not say for how long: write ${text}:60s`, 2);
  }
  if (Math.max(segment.from, segment.to) > MOST) {
    throw new UserError(`"${text}" is above the most allowed, ${MOST} requests a second`, 2);
  }
  return segment;
}
