/** A mistake that the person at the keyboard can mend: printed as one line, without a stack trace. */
export class UserError extends Error {
  override name = "UserError";
  /**
   * @param message what happened, where, and what to do
   * @param exitCode 2: the command was wrong; 1: the run failed
   */
  constructor(
    message: string,
    readonly exitCode: 1 | 2,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
