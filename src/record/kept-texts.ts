import type { RecordMode } from "../config/run-config.ts";
import type { Payload } from "./outcome.ts";

/** What of a request's texts the mode keeps. Times stay in every mode: they are the measure, not the payload. */
export function keptTexts(payload: Payload, mode: RecordMode): Payload {
  if (mode === "metrics") {
    const { difference: _, ...rest } = payload;
    return { ...rest, request: null, responseMessages: null, outputText: null };
  }
  const outputText = withoutNul(payload.outputText);
  // It came whole beside its difference where its tokens were to be counted.
  const request = payload.difference === undefined ? payload.request : null;
  if (mode === "full" && outputText === payload.outputText && request === payload.request) return payload;
  return { ...payload, outputText, request, responseMessages: mode === "full" ? payload.responseMessages : null };
}

/**
 * SQLite's own text functions and its shell end a text at U+0000, so what stands behind it would seem lost. It becomes
 * U+FFFD, as lone surrogates do, which UTF-8 cannot write. In JSON both are escapes and stay what they are.
 */
export function withoutNul<Text extends string | null>(text: Text): Text | string {
  return text?.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text;
}

/** UTF-16 units, near enough to bytes. */
export function textLength(payload: Payload): number {
  const { request, responseMessages, eventTimes, eventTokens, outputText, difference } = payload;
  let length = difference?.tail.length ?? 0;
  for (const text of [request, responseMessages, eventTimes, eventTokens, outputText]) length += text?.length ?? 0;
  return length;
}
