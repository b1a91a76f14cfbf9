import { UserError } from "../config/user-error.ts";
import type { Say } from "../report/language.ts";

/** A UserError in the reader's language, whose message may have several lines; anything else as it is. */
export function translatedError(error: unknown, say: Say): unknown {
  if (!(error instanceof UserError)) return error;
  const { message, exitCode, cause } = error;
  return new UserError(message.split("\n").map(say.sentence).join("\n"), exitCode, { cause });
}
