import { messageOf } from "../transport/failure.ts";

/** Message and place of a plugin's exception. */
export function describeError(error: unknown): string {
  const message = messageOf(error);
  const stack = error instanceof Error ? error.stack : undefined;
  const place = stack?.split("\n").find((line) => line.trimStart().startsWith("at "));
  return place === undefined ? message : `${message} (${place.trim()})`;
}
