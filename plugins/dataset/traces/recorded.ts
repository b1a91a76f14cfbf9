import { isFields, type RecordedBody } from "plumb";
import { parsedJson, type TraceFormat, type TraceItem, type TraceRequest } from "./trace-format.ts";

/** How every SQLite file begins. */
const SQLITE = "SQLite format 3\0";

/** An earlier run's database: its requests as they were sent, warm-up left out. */
export const recorded: TraceFormat = {
  title: "an earlier run",
  fits: (line) => line.startsWith(SQLITE),
  async *items(path, source) {
    let turns: RecordedBody[] = [];
    for await (const next of source.recorded(path)) {
      const before = turns.at(-1);
      if (before !== undefined && (next.conversation === null || next.conversation !== before.conversation)) {
        yield itemOf(turns, path);
        turns = [];
      }
      turns.push(next);
    }
    if (turns.length > 0) yield itemOf(turns, path);
  },
};

function itemOf(turns: RecordedBody[], path: string): TraceItem {
  const where = `${path}: request ${turns[0]!.requestId}`;
  const requests = turns.flatMap(({ body, sentTime, completionTokens }): TraceRequest[] => {
    const fields = parsedJson(body);
    if (!isFields(fields)) return [];
    const content = {
      kind: "body",
      body: fields,
      headers: {},
      requestId: null,
      outputTokens: completionTokens,
    } as const;
    return [{ timeS: sentTime, content }];
  });
  const [first, ...rest] = requests;
  if (first === undefined || requests.length < turns.length) {
    return { kind: "fault", where, message: "has a body that is no JSON object" };
  }
  return { kind: "requests", where, requests: [first, ...rest], inConversation: turns[0]!.conversation !== null };
}
