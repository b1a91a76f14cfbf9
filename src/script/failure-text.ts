import { inspect } from "node:util";

/** Frames of plumb's own, compiled or not: nothing that a script's author could mend. */
const OWN_FRAME = /\/\$bunfs\/|~BUN|\bnative:|\bbun:|\bnode:/;

/** What ended a script, for its author: message, and the stack in the files of their own. */
export function failureText(error: unknown): string {
  // Not understood at all: Bun shows the file, the line and the code.
  if (!(error instanceof Error) || error.stack === undefined) return textOfOther(error);
  const lines = error.stack.split("\n");
  const frames = lines.filter((line) => /^\s+at /.test(line) && !OWN_FRAME.test(line));
  const head = `${error.name}: ${error.message}`;
  const cause = error.cause instanceof Error ? [`caused by ${failureText(error.cause)}`] : [];
  return [head, ...frames, ...cause].join("\n");
}

function textOfOther(value: unknown): string {
  return typeof value === "object" && value !== null
    ? Bun.inspect(value, { colors: false })
    : `uncaught: ${inspect(value)}`;
}
