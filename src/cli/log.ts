import { type ConsolaInstance, createConsola, LogLevels } from "consola";
import { escaped } from "../report/printable.ts";

const MARKS: Record<string, string> = { debug: "plumb debug: " };

/**
 * What plumb has to say besides its results: one line each, on stderr, so that stdout can be piped. A server's or a
 * plugin's words may be in it: whatever a terminal would obey is escaped here, once for all.
 *
 * @param write where a line goes; the live view's, while it is up
 */
export function createLog(debug: boolean, write: (line: string) => void = writeError): ConsolaInstance {
  return createConsola({
    level: debug ? LogLevels.debug : LogLevels.info,
    // A message twice is two messages: nothing is held back.
    throttle: 0,
    reporters: [
      { log: ({ type, args }) => write(`${MARKS[type] ?? "plumb: "}${escaped(args.map(String).join(" "))}`) },
    ],
  });
}

function writeError(line: string): void {
  process.stderr.write(`${line}\n`);
}
