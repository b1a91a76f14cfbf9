import { countIn, dateTimeS } from "./moments.ts";
import type { TraceFormat, TraceItem } from "./trace-format.ts";

/** Azure's public traces of LLM inference: a date, and two lengths. */
export const azure: TraceFormat = {
  title: "Azure's LLM inference trace",
  fits: (line) => /^\s*"?TIMESTAMP"?,"?ContextTokens"?,"?GeneratedTokens"?/.test(line),
  async *items(path, source) {
    for await (const { fields, where } of source.csvRows(path)) yield itemOf(fields, where);
  },
};

function itemOf({ TIMESTAMP, ContextTokens, GeneratedTokens }: Record<string, string>, where: string): TraceItem {
  const timeS = dateTimeS(TIMESTAMP ?? "");
  const promptTokens = countIn(ContextTokens);
  const outputTokens = countIn(GeneratedTokens);
  if (timeS === null) return { kind: "fault", where, message: "TIMESTAMP is no date and time" };
  if (promptTokens === null) return { kind: "fault", where, message: "ContextTokens must be a number of tokens" };
  if (outputTokens === null) return { kind: "fault", where, message: "GeneratedTokens must be a number of tokens" };
  const content = { kind: "lengths", promptTokens, outputTokens, blocks: null } as const;
  return { kind: "requests", where, inConversation: false, requests: [{ timeS, content }] };
}
