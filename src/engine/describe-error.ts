import { messageOf } from "../transport/failure.ts";

/** Whoever wrote the plugin can mend nothing in there. A compiled plumb's own files have no absolute path. */
const NOT_THEIRS = /\((?!\/|[A-Z]:\\|file:)|\$bunfs|~BUN/;

/** Message and place of a plugin's exception. */
export function describeError(error: unknown): string {
  const message = messageOf(error);
  const stack = error instanceof Error ? error.stack : undefined;
  const place = stack?.split("\n").find((line) => line.trimStart().startsWith("at ") && !NOT_THEIRS.test(line));
  return place === undefined ? message : `${message} (${place.trim()})`;
}
