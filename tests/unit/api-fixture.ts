import { expect } from "bun:test";
import fc from "fast-check";
import type { ApiPlugin, Delta, Input, Params, Reader, RequestSpec } from "../../src/contract/index.ts";
import { deltaFault } from "../../src/registry/delta-fault.ts";

export function params(change: Partial<Params> = {}): Params {
  return {
    model: "m",
    stream: true,
    url: "http://h/v1/x",
    applyChatTemplate: true,
    minPromptLength: 0,
    maxPromptLength: 131072,
    extraArgs: {},
    apiArgs: {},
    datasetArgs: {},
    given: [],
    ...change,
  };
}

/** Every option that has a name in more than one API. */
export const ALL: Partial<Params> = {
  maxTokens: 100,
  temperature: 0.5,
  topP: 0.9,
  topK: 20,
  stop: ["x"],
  seed: 7,
  given: ["seed"],
};

/** The whole request, which must not be skipped. */
export async function specOf(api: ApiPlugin, input: Input, change: Partial<Params> = {}): Promise<RequestSpec> {
  const spec = await api.buildRequest(input, params(change));
  if (spec === null) throw new Error("the request was skipped");
  return spec;
}

/** The body as it goes out. */
export async function bodyOf(api: ApiPlugin, input: Input, change: Partial<Params> = {}): Promise<unknown> {
  return JSON.parse(JSON.stringify((await specOf(api, input, change)).body));
}

export const SAID: Input = { kind: "messages", messages: [{ role: "user", content: "hi" }] };

const PIXEL = "data:image/png;base64,AAAA";
/** A message with a text and an image in it. */
export const PICTURED: Input = {
  kind: "messages",
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "what is it?" },
        { type: "image_url", image_url: { url: PIXEL } },
      ],
    },
  ],
};

export function readerOf(api: ApiPlugin, request: RequestSpec = { body: {} }): Reader {
  return api.reader!(request);
}

/** Reads events, each a JSON value or a text that is none. */
export function readEvents(reader: Reader, ...events: (object | string)[]): Delta[] {
  return events.flatMap((event) => {
    const data = typeof event === "string" ? event : JSON.stringify(event);
    return reader.event({ data, json: typeof event === "string" ? undefined : (JSON.parse(data) as unknown) });
  });
}

export function readBody(reader: Reader, body: unknown): Delta[] {
  const text = JSON.stringify(body);
  return reader.body(text, JSON.parse(text) as unknown);
}

/** Deltas without the fields that say nothing. */
export function plain(deltas: Delta[]): unknown {
  return JSON.parse(JSON.stringify(deltas));
}

export const kinds = (deltas: Delta[]): string[] => deltas.map(({ kind }) => kind);

/** Whatever a server sends, in events or as a body, a reader gives sound deltas and never throws. */
export function expectHardy(api: ApiPlugin, names: string[], request: RequestSpec = { body: {} }): void {
  const keys = fc.constantFrom(...names, "type", "error", "message", "usage", "content", "text", "index", "choices");
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(...names),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(keys, tie("value"), { maxKeys: 5 }),
    ),
  })).value;
  const name = fc.option(fc.constantFrom(...names, "error"), { nil: undefined });
  fc.assert(
    fc.property(fc.array(fc.record({ name, json }), { maxLength: 4 }), (events) => {
      const reader = readerOf(api, request);
      const deltas = events.flatMap((event) => reader.event({ data: JSON.stringify(event.json), ...event }));
      for (const { json } of events) deltas.push(...readerOf(api, request).body(JSON.stringify(json), json));
      expect(deltas.map(deltaFault).filter((fault) => fault !== null)).toEqual([]);
    }),
    { numRuns: 500 },
  );
  for (const data of ["", "<html>", "{", "[]", "null"]) {
    const json: unknown = data === "[]" ? [] : data === "null" ? null : undefined;
    expect(kinds(readerOf(api, request).event({ data, json }))).toEqual(["malformed"]);
    expect(kinds(readerOf(api, request).body(data, json))).toEqual(["malformed"]);
  }
}
