import type { Outcome, Payload } from "../record/outcome.ts";
import type { Arrival, Finished } from "./protocol.ts";

/*
 * What crosses between processes in numbers crosses as strings. The process channel walks every property of an object
 * that it is handed, looking for buffers: for rows of 40 fields that took a fifth of the engine's CPU. A string it copies
 * as it is.
 */

/** Inputs are JSON: what JSON does not know of, a data set cannot say. */
export function packArrivals(arrivals: Arrival[]): string {
  return JSON.stringify(arrivals);
}

export function unpackArrivals(packed: string): Arrival[] {
  return JSON.parse(packed) as Arrival[];
}

/**
 * A batch of finished requests.
 *
 * The form: the length of the index, a colon, the index (JSON: every row without its texts, and their lengths), then
 * all texts end to end.
 */
export function packFinished(rows: Finished[]): string {
  const texts: string[] = [];
  const index = JSON.stringify(
    rows.map((row) => {
      const { payload, outcome } = row.recorded;
      const lengths = TEXTS.map((name) => {
        const text = payload[name];
        if (text === null) return null;
        texts.push(text);
        return text.length;
      });
      return { ...row, recorded: { outcome, lengths, difference: payload.difference } };
    }),
  );
  return `${index.length}:${index}${texts.join("")}`;
}

export function unpackFinished(packed: string): Finished[] {
  const colon = packed.indexOf(":");
  const indexEnd = colon + 1 + Number(packed.slice(0, colon));
  const rows = JSON.parse(packed.slice(colon + 1, indexEnd)) as PackedRow[];
  let at = indexEnd;
  return rows.map(({ recorded: { outcome, lengths, difference }, ...row }) => {
    const [request, responseMessages, eventTimes, eventTokens, outputText] = lengths.map((length) => {
      if (length === null) return null;
      at += length;
      return packed.slice(at - length, at);
    });
    const payload = {
      request: request ?? null,
      responseMessages: responseMessages ?? null,
      eventTimes: eventTimes ?? null,
      eventTokens: eventTokens ?? null,
      outputText: outputText ?? null,
      ...(difference !== undefined && { difference }),
    };
    return { ...row, recorded: { outcome, payload } };
  });
}

const TEXTS = ["request", "responseMessages", "eventTimes", "eventTokens", "outputText"] as const;

interface PackedRow extends Omit<Finished, "recorded"> {
  recorded: {
    outcome: Outcome;
    lengths: (number | null)[];
    /** Few, and short: not worth a place among the texts. */
    difference?: Payload["difference"];
  };
}
