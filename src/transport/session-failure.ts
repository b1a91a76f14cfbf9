import type { ErrorKind } from "../record/outcome.ts";

/** The wire failed, not the plugin: unless the plugin catches it, the request ends with the wire's kind. */
export class SessionFailure extends Error {
  override name = "SessionFailure";
  readonly kind: ErrorKind;

  constructor({ kind, message }: { kind: ErrorKind; message: string }, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}
