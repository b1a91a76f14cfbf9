import type { Fields, Params, Source } from "plumb";

/** What one request of a trace asked for, as far as the trace tells. */
export type TraceContent =
  /** Lengths alone, in tokens: the prompt is made. */
  | {
      kind: "lengths";
      promptTokens: number;
      outputTokens: number;
      /** Blocks that the prompt is made of, by number: the same number is the same text. null: not known. */
      blocks: number[] | null;
    }
  /** The whole body of a request. */
  | {
      kind: "body";
      body: Fields;
      headers: Record<string, string>;
      /** The trace's own name of it. */
      requestId: string | null;
      /** Tokens of the reply that was given then; null: not known. */
      outputTokens: number | null;
    };

export interface TraceRequest {
  /** Seconds, on a clock of the trace's own. */
  timeS: number;
  content: TraceContent;
}

/** One line of a trace or, where it knows conversations, one of these. */
export type TraceItem =
  | {
      kind: "requests";
      where: string;
      /** More than one: turns of a conversation, in order. */
      requests: [TraceRequest, ...TraceRequest[]];
      /** It is a turn, or all of them; alike in a whole trace. */
      inConversation: boolean;
    }
  /** What is wrong with a line. */
  | { kind: "fault"; where: string; message: string };

/** How a kind of trace is read. */
export interface TraceFormat {
  /** Goes on from "is read as ". */
  title: string;
  /** @param line the file's first, whatever it holds */
  fits(line: string): boolean;
  /** Its items in the order of their first requests. */
  items(path: string, source: Source, params: Params): AsyncIterable<TraceItem>;
}

export interface NumberedLine {
  text: string;
  where: string;
}

/** Lines that hold something, with their places. */
export async function* numberedLines(path: string, source: Source): AsyncGenerator<NumberedLine> {
  let number = 0;
  for await (const text of source.lines(path)) {
    number++;
    if (text.trim() !== "") yield { text, where: `${path}:${number}` };
  }
}

/** undefined: it is not JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
