import type { Call, Json } from "./call.ts";
import { modelOf } from "./call.ts";
import type { MockOptions } from "./options.ts";
import type { ReplyShape } from "./reply-shape.ts";

/** What is asked of an API that makes no text: nothing streams, and the reply is due after the time to the first token. */
export function wholeCall(body: Json, promptTokens: number): Call {
  const length = { maxTokens: 0, minTokens: 0, ignoreEos: true };
  return { model: modelOf(body), stream: false, choices: 1, promptTokens, ...length };
}

/** Usage of a reply without tokens of its own; undefined: none is sent. */
export function inputUsage({ promptTokens }: Call, { usage }: MockOptions): Json | undefined {
  return usage ? { prompt_tokens: promptTokens, total_tokens: promptTokens } : undefined;
}

/** A reply in one piece. */
export class WholeShape implements ReplyShape {
  readonly contentType = "application/json";
  readonly choices = 1;

  constructor(
    readonly promptTokens: number,
    readonly body: () => string,
  ) {}

  opening(): string[] {
    return [];
  }

  event(): string {
    return "";
  }

  closing(): string[] {
    return [];
  }
}
