import { type ConsolaInstance, createConsola, LogLevels } from "consola";
import { ENGLISH_SAY, type Say } from "../report/language.ts";
import { escaped } from "../report/printable.ts";

const MARKS: Record<string, string> = { debug: "plumb debug: " };

interface LogOptions {
  /** Where a line goes: the live view's, while it is up; absent: stderr. */
  write?: (line: string) => void;
  /** Absent: English. */
  say?: Say;
}

/**
 * What plumb has to say besides its results: one line each, on stderr, so that stdout can be piped. A server's or a
 * plugin's words may be in it: whatever a terminal would obey is escaped here, once for all.
 */
export function createLog(debug: boolean, { write = writeError, say = ENGLISH_SAY }: LogOptions = {}): ConsolaInstance {
  return createConsola({
    level: debug ? LogLevels.debug : LogLevels.info,
    // A message twice is two messages: nothing is held back.
    throttle: 0,
    reporters: [
      {
        log: ({ type, args }) => write((MARKS[type] ?? "plumb: ") + escaped(say.sentence(args.map(String).join(" ")))),
      },
    ],
  });
}

function writeError(line: string): void {
  process.stderr.write(`${line}\n`);
}
