import type { BodyDifference } from "../record/outcome.ts";

/** Looked at in one go, in UTF-16 units: comparing slices is comparing memory, ten times as fast as one by one. */
const STRIDE = 4096;

/**
 * Costs about a microsecond for each 10 KB of the bodies.
 * @returns null where there is nothing to share, or where SQLite could not put it together again: its text functions end
 *   at U+0000
 */
export function differenceOf(body: string, earlier: string, previous: number): BodyDifference | null {
  if (body.includes("\0") || earlier.includes("\0")) return null;
  const most = Math.min(body.length, earlier.length);
  const shared = wholeCharacters(body, earlier, sharedStart(body, earlier, most));
  const end = sharedEnd(body, earlier, most - shared);
  if (shared + end === 0) return null;
  return {
    previous,
    shared: codePoints(body.slice(0, shared)),
    tail: body.slice(shared, body.length - end),
    end: codePoints(body.slice(body.length - end)),
  };
}

function sharedStart(a: string, b: string, most: number): number {
  let at = 0;
  while (at + STRIDE <= most && a.slice(at, at + STRIDE) === b.slice(at, at + STRIDE)) at += STRIDE;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

/** Never a character that the beginning has already: `most` is what is left of the shorter one. */
function sharedEnd(a: string, b: string, most: number): number {
  let length = 0;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)) length++;
  // The last half of a pair may be shared without the first.
  return length > 0 && isLow(a.charCodeAt(a.length - length)) ? length - 1 : length;
}

/** One less where the first half of a pair is shared, and the second is not. */
function wholeCharacters(a: string, b: string, shared: number): number {
  if (shared === 0 || !isHigh(a.charCodeAt(shared - 1))) return shared;
  return isLow(a.charCodeAt(shared)) || isLow(b.charCodeAt(shared)) ? shared - 1 : shared;
}

const PAIRS = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;

function codePoints(text: string): number {
  return text.length - (text.match(PAIRS)?.length ?? 0);
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
