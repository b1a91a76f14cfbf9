/** A refusal in OpenAI's shape. */
export class OpenAiError extends Error {
  override name = "OpenAiError";
  constructor(
    readonly status: number,
    readonly type: string,
    readonly code: string | null,
    message: string,
    readonly param: string | null = null,
  ) {
    super(message);
  }

  toBody(): string {
    const { message, type, param, code } = this;
    return JSON.stringify({ error: { message, type, param, code } });
  }
}

export function badRequest(message: string, param: string | null = null): OpenAiError {
  return new OpenAiError(400, "invalid_request_error", null, message, param);
}
