import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import anthropic from "../../plugins/api/anthropic.ts";
import dashscope from "../../plugins/api/dashscope.ts";
import ollama from "../../plugins/api/ollama.ts";
import openai from "../../plugins/api/openai.ts";
import responses from "../../plugins/api/openai_responses.ts";
import { type ApiPlugin, type Delta, openaiReader, type RequestSpec } from "../../src/contract/index.ts";
import { APIS } from "../../src/mock/apis.ts";
import { FAULT_NAMES, FAULTS, type FaultName } from "../../src/mock/faults.ts";
import { MOCK_DEFAULTS } from "../../src/mock/options.ts";
import { Rehearsal } from "../../src/mock/rehearsal.ts";
import { planReply, type ReplyPlan } from "../../src/mock/reply.ts";
import type { Script } from "../../src/mock/wire-script.ts";
import { mockText } from "../../src/mock/words.ts";
import { splitterFor } from "../../src/transport/framing.ts";
import { params } from "./api-fixture.ts";

const SERVED: [path: string, api: ApiPlugin][] = [
  ["/chat/completions", openai],
  ["/responses", responses],
  ["/messages", anthropic],
  ["/api/v1/services/aigc/text-generation/generation", dashscope],
  ["/api/chat", ollama],
];
const HARMLESS = FAULT_NAMES.filter((name) => FAULTS[name].harmless);
const HARMFUL = FAULT_NAMES.filter((name) => !FAULTS[name].harmless);

interface Wish {
  stream: boolean;
  tokens: number;
  reasoning: number;
  chunkTokens: number;
  itlMs: number;
  place: number;
}

const WISHES = fc.record<Wish>({
  stream: fc.boolean(),
  tokens: fc.integer({ min: 1, max: 40 }),
  reasoning: fc.integer({ min: 0, max: 5 }),
  chunkTokens: fc.integer({ min: 1, max: 4 }),
  itlMs: fc.constantFrom(0, 3),
  place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});
const USUAL: Wish = { stream: true, tokens: 20, reasoning: 0, chunkTokens: 1, itlMs: 3, place: 0.5 };

async function specFor(api: ApiPlugin, stream: boolean): Promise<RequestSpec> {
  const input = { kind: "messages", messages: [{ role: "user", content: "hang the line" }] } as const;
  return (await api.buildRequest({ ...input, messages: [...input.messages] }, params({ maxTokens: 100, stream })))!;
}

function rehearse(path: string, spec: RequestSpec, wish: Wish, chunksAllowed = true): Rehearsal {
  const headers = new Map(Object.entries(spec.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const { call, shape } = APIS[path]!(JSON.stringify(spec.body), headers);
  const options = { ...MOCK_DEFAULTS, ...wish, ttftMs: 10 };
  const shapeOf = (said: ReplyPlan) => shape(said, options, { serial: 1, created: 1_700_000_000, model: "mock" });
  const plan = planReply(call, options, () => 0);
  const asked = { plan, shapeOf, stream: call.stream, chunksAllowed, keepAlive: chunksAllowed, largeBytes: 5000 };
  return new Rehearsal(asked, wish.place);
}

interface Received {
  status: string;
  headers: Map<string, string>;
  body: Buffer;
  /** The body's framing came to its end. */
  complete: boolean;
}

/** What an honest reader of HTTP gets out of a script. */
function receive({ steps }: Script): Received {
  const bytes = Buffer.concat(steps.map((step) => step.bytes));
  const end = bytes.indexOf("\r\n\r\n");
  const [status = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = new Map(lines.map((line) => [line.split(": ")[0]!.toLowerCase(), line.split(": ")[1]!]));
  const rest = bytes.subarray(end + 4);
  const length = headers.get("content-length");
  if (length !== undefined) return { status, headers, body: rest, complete: rest.length === Number(length) };
  if (!headers.has("transfer-encoding")) return { status, headers, body: rest, complete: true };
  return { status, headers, ...dechunk(rest) };
}

function dechunk(bytes: Buffer): { body: Buffer; complete: boolean } {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf("\r\n", at);
    const size = line < 0 ? Number.NaN : Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (Number.isNaN(size) || size === 0) return { body: Buffer.concat(pieces), complete: size === 0 };
    pieces.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

/** What the API's own reader understands of it. */
function understand(api: ApiPlugin, spec: RequestSpec, { headers, body }: Received): { said: string; ended: boolean } {
  const bytes = headers.get("content-encoding") === "gzip" ? Bun.gunzipSync(new Uint8Array(body)) : body;
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  const reader = api.reader?.(spec) ?? openaiReader(spec);
  const deltas: Delta[] = [];
  const type = headers.get("content-type")!;
  if (type === "application/json") deltas.push(...reader.body(text, JSON.parse(text)));
  else {
    const splitter = splitterFor(type.includes("ndjson") ? "ndjson" : "sse", (data, name) => {
      deltas.push(...reader.event({ name, data, json: data === "[DONE]" ? undefined : JSON.parse(data) }));
    })!;
    splitter.feed(text);
    splitter.flush();
  }
  const said = deltas.map((delta) => ("text" in delta ? delta.text : "")).join("");
  return { said, ended: deltas.some(({ kind }) => kind === "end") };
}

describe.each(SERVED)("%s", (path, api) => {
  test.each(HARMLESS)("%s: the whole reply arrives, wherever it strikes", async (name) => {
    const specs = { stream: await specFor(api, true), whole: await specFor(api, false) };
    fc.assert(
      fc.property(WISHES, (wish) => {
        const spec = wish.stream ? specs.stream : specs.whole;
        const script = FAULTS[name].script(rehearse(path, spec, wish));
        if (script === null) return;
        const received = receive(script);
        expect(received.status).toBe("HTTP/1.1 200 OK");
        expect(received.complete).toBe(script.ending.how === "done");
        expect(understand(api, spec, received)).toEqual({ said: mockText(0, wish.tokens), ended: true });
      }),
      { numRuns: 30 },
    );
  });

  test.each(HARMFUL)("%s: no reader takes it for a whole reply", async (name) => {
    const specs = { stream: await specFor(api, true), whole: await specFor(api, false) };
    fc.assert(
      fc.property(WISHES, (wish) => {
        const spec = wish.stream ? specs.stream : specs.whole;
        expect(isWhole(api, spec, FAULTS[name].script(rehearse(path, spec, wish))!)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });
});

function isWhole(api: ApiPlugin, spec: RequestSpec, script: Script): boolean {
  const received = receive(script);
  if (received.status !== "HTTP/1.1 200 OK" || !received.complete) return false;
  try {
    const { said, ended } = understand(api, spec, received);
    return ended && said !== "";
  } catch {
    return false;
  }
}

describe("where it strikes", () => {
  const scriptOf = async (name: FaultName, wish: Partial<Wish>) =>
    FAULTS[name].script(rehearse("/chat/completions", await specFor(openai, true), { ...USUAL, ...wish }))!;
  const chunks = (script: Script) => script.steps.reduce((sum, step) => sum + step.chunks, 0);

  test.each(["reset", "close", "stall"] as const)("%s: after the first chunk and before the last", async (name) => {
    expect(chunks(await scriptOf(name, { place: 0 }))).toBe(1);
    expect(chunks(await scriptOf(name, { place: 0.999 }))).toBe(19);
    expect(chunks(await scriptOf(name, { tokens: 1 }))).toBe(0);
  });

  test("when the next chunk would have been due", async () => {
    const { ending } = await scriptOf("reset", { place: 0 });
    expect(ending).toEqual({ how: "reset", dueMs: 13 });
  });

  test("cut, malformed and bad-utf8 spoil one event and no other", async () => {
    for (const [name, good] of [
      ["cut", 19],
      ["malformed", 19],
      ["bad-utf8", 19],
    ] as const) {
      const events = receive(await scriptOf(name, {}))
        .body.toString("latin1")
        .split("\n\n");
      const sound = events.filter(
        (event) => event.includes('"content":"') && /}$/.test(event) && !event.includes("\xff"),
      );
      // The role's event has an empty content.
      expect([name, sound.length]).toEqual([name, good + 1]);
    }
  });
});

test("HTTP/1.0 knows no chunks: what needs them is left out, and no end is no fault there", async () => {
  const reply = rehearse("/chat/completions", await specFor(openai, true), USUAL, false);
  for (const name of ["bad-chunk", "trailers", "close"] as const) expect(FAULTS[name].script(reply)).toBeNull();
  expect(receive(FAULTS.crlf.script(reply)!).headers.has("transfer-encoding")).toBe(false);
});
