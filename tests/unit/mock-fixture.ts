import { type Mock, startMock } from "../../src/mock/mock-server.ts";
import type { MockOptions } from "../../src/mock/options.ts";

let mocks: Mock[] = [];

/** To be called after each test. */
export function stopAll(): void {
  for (const mock of mocks) mock.stop();
  mocks = [];
}

/** A mock that ends with the test. */
export function start(options: Partial<MockOptions> = {}): Mock {
  const mock = startMock({ port: 0, ttftMs: 5, itlMs: 0, tokens: 4, ...options });
  mocks.push(mock);
  return mock;
}

export function post(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), ...init });
}

/** The fields of any answer that are looked at here. */
interface Answer {
  model: string;
  choices: { index: number; text: string; message: { content: string }; delta: { content: string } }[];
  data: { id: string }[];
  error: { type: string; code: string };
  usage: object;
  open: number;
}

export async function answer(reply: Response | Promise<Response>): Promise<Answer> {
  return (await (await reply).json()) as Answer;
}

export const CHAT = { model: "mock", messages: [{ role: "user", content: "hang the line" }] };
export const STREAM = { ...CHAT, stream: true, stream_options: { include_usage: true } };

/** Waits for what the server learns only after the client. */
export async function eventually(holds: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!holds()) {
    if (performance.now() > end) throw new Error("it never came to be");
    await Bun.sleep(2);
  }
}

/** A stream's events with the time at which each was read, in milliseconds from the sending. */
export async function timed(url: string, body: unknown): Promise<{ at: number; json: Answer }[]> {
  const sent = performance.now();
  const reply = await post(url, body);
  const events: { at: number; json: Answer }[] = [];
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of reply.body as unknown as AsyncIterable<Uint8Array>) {
    const at = performance.now() - sent;
    text += decoder.decode(bytes, { stream: true });
    const parts = text.split("\n\n");
    text = parts.pop()!;
    for (const part of parts) if (part !== "data: [DONE]") events.push({ at, json: JSON.parse(part.slice(6)) });
  }
  if (text !== "") throw new Error(`the stream ends in the middle of an event: ${text}`);
  return events;
}
