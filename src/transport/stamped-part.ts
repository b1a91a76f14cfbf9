import type { ResponsePart } from "../contract/session.ts";

/** When a part was read, and by which read: parts of one read share both. Milliseconds of the engine's clock. */
export interface PartStamp {
  stamp: number;
  read: number;
}

/** Enumerable, so that `{ ...part, data }` keeps the moment of the part it is made from. */
const STAMP = Symbol("plumb.stamp");

type Stamped = ResponsePart & { [STAMP]?: PartStamp };

export function stampPart(part: ResponsePart, stamp: PartStamp): ResponsePart {
  return Object.assign(part, { [STAMP]: stamp });
}

/** null: made by hand. */
export function stampOf(part: ResponsePart): PartStamp | null {
  return (part as Stamped)[STAMP] ?? null;
}
