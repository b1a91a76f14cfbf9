import type { Database } from "bun:sqlite";
import { type ColumnRow, type LevelBounds, MEASURED, type RequestKeys } from "./level-record.ts";

/** Ids of a block of rows: an array of arrays costs less than one object after the other. */
const BLOCK = 1000;

/**
 * Several numbers a request of all that were sent, in the order in which they were due, in blocks. A scan of its own for
 * a number costs about three times what one more number in a scan does.
 */
export function* requestColumns<By extends keyof RequestKeys>(
  db: Database,
  bounds: LevelBounds,
  by: By,
  expressions: string[],
): Iterable<ColumnRow<By>[]> {
  const { firstId, lastId } = bounds;
  if (firstId === null || lastId === null) return;
  const query = db.query<never, [LevelBounds]>(
    `SELECT ${[`o.${by}`, ...expressions].join(", ")} FROM outcome o
     WHERE ${MEASURED} AND o.sent_time IS NOT NULL AND o.${by} IS NOT NULL`,
  );
  for (let first = firstId; first <= lastId; first += BLOCK) {
    const last = Math.min(first + BLOCK - 1, lastId);
    yield query.values({ ...bounds, firstId: first, lastId: last }) as ColumnRow<By>[];
  }
}
