import { isFields } from "plumb";
import { countIn, numberOf } from "./moments.ts";
import { numberedLines, parsedJson, type TraceFormat, type TraceItem } from "./trace-format.ts";

/** Traces of Kimi's service as Mooncake publishes them: lengths, and blocks of the prompts that others have too. */
export const mooncake: TraceFormat = {
  title: "Mooncake's trace",
  fits(line) {
    const value = parsedJson(line);
    return isFields(value) && "timestamp" in value && "input_length" in value && "output_length" in value;
  },
  async *items(path, source) {
    for await (const { text, where } of numberedLines(path, source)) yield itemOf(text, where);
  },
};

function itemOf(text: string, where: string): TraceItem {
  const value = parsedJson(text);
  const fault = (message: string): TraceItem => ({ kind: "fault", where, message });
  if (!isFields(value)) return fault("is no JSON object");
  const timeMs = numberOf(value.timestamp);
  const promptTokens = countIn(value.input_length);
  const outputTokens = countIn(value.output_length);
  if (timeMs === null) return fault("timestamp must be a number of milliseconds");
  if (promptTokens === null) return fault("input_length must be a number of tokens");
  if (outputTokens === null) return fault("output_length must be a number of tokens");
  const { hash_ids: ids } = value;
  if (ids !== undefined && !isNumbers(ids)) return fault("hash_ids must be a list of whole numbers");
  const content = { kind: "lengths", promptTokens, outputTokens, blocks: ids ?? null } as const;
  return { kind: "requests", where, inConversation: false, requests: [{ timeS: timeMs / 1000, content }] };
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((id) => Number.isSafeInteger(id));
}
