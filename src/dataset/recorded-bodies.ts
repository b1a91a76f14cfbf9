import { UserError } from "../config/user-error.ts";
import type { RecordedBody } from "../contract/dataset.ts";
import { openDatabase } from "../record/open.ts";

/** Small columns alone are sorted: the bodies may be larger than memory. */
const ORDERED = `SELECT id, request_id AS requestId, sent_time AS sentTime, completion_tokens AS completionTokens,
    conversation_id AS conversation
  FROM (SELECT *, min(sent_time) OVER (PARTITION BY coalesce(conversation_id, id)) AS began
    FROM outcome WHERE phase = 'measure' AND sent_time IS NOT NULL)
  ORDER BY began, coalesce(conversation_id, id), turn, sent_time`;

type Row = Omit<RecordedBody, "body"> & { id: number };

/**
 * The requests of a run's database, conversations together, in the order in which they began; the warm-up's are none.
 * @throws UserError (exit 2) where it is no run of plumb's, or holds no bodies
 */
export function* recordedBodies(path: string): Generator<RecordedBody, void, void> {
  const { db, close } = openDatabase(path);
  try {
    const body = db.query<{ request: string | null }, [number]>("SELECT request FROM result WHERE id = ?");
    let found = 0;
    for (const { id, ...row } of db.query<Row, []>(ORDERED).iterate()) {
      const text = body.get(id)?.request ?? null;
      if (text === null) continue;
      found++;
      yield { ...row, body: text };
    }
    if (found > 0) return;
    throw new UserError(`${path} holds no request that could be sent again: record with --record full or text`, 2);
  } finally {
    close();
  }
}
