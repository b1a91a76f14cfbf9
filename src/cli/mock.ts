import { defineCommand } from "citty";
import { UserError } from "../config/user-error.ts";
import { startMock } from "../mock/mock-server.ts";
import { type Amount, MOCK_DEFAULTS as DEFAULTS } from "../mock/options.ts";

/** A decimal number of at least 0 and nothing else: no hexadecimal, no blank, no Infinity. */
const NUMBER = /^\d+(\.\d+)?$/;

function mistake(flag: string, text: string, wanted: string): UserError {
  return new UserError(`--${flag} must be ${wanted}, not '${text}'`, 2);
}

/** @throws UserError naming the flag */
function whole(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw mistake(flag, text, `a whole number from ${least} to ${most}`);
  }
  return value;
}

/** A number or a range `a-b`. @throws UserError naming the flag */
function amount(flag: string, text: string, most: number, unit: string, integer: boolean): Amount {
  const ends = text.split("-");
  const [from, to = from] = ends.map(Number);
  const readable = ends.length <= 2 && ends.every((end) => (integer ? /^\d+$/ : NUMBER).test(end));
  if (!readable || from === undefined || to === undefined || from > to || to > most) {
    const what = integer ? "a whole number" : "a number";
    throw mistake(flag, text, `${what} of ${unit} up to ${most}, or a range such as 10-20`);
  }
  return from === to ? from : { from, to };
}

/** A day. */
const LONGEST_MS = 86_400_000;
const MOST_TOKENS = 10_000_000;

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}

export default defineCommand({
  meta: { name: "mock", description: "an OpenAI-compatible server with known timing, to try plumb on" },
  args: {
    port: { type: "string", valueHint: "N", default: String(DEFAULTS.port), description: "port; 0 for a free one" },
    host: { type: "string", valueHint: "ADDRESS", default: DEFAULTS.host, description: "address to listen on" },
    ttft: {
      type: "string",
      valueHint: "MS",
      default: String(DEFAULTS.ttftMs),
      description: "time to the first token in milliseconds, or a range a-b",
    },
    itl: {
      type: "string",
      valueHint: "MS",
      default: String(DEFAULTS.itlMs),
      description: "time from token to token in milliseconds, or a range a-b; 0: all at once",
    },
    tokens: {
      type: "string",
      valueHint: "N",
      default: String(DEFAULTS.tokens),
      description: "tokens of a reply, or a range a-b; a request's max_tokens caps it",
    },
    seed: { type: "string", valueHint: "N", default: String(DEFAULTS.seed), description: "what ranges are drawn from" },
    model: { type: "string", valueHint: "NAME", default: DEFAULTS.model, description: "name of the model" },
    "strict-model": { type: "boolean", default: DEFAULTS.strictModel, description: "answer 404 to any other model" },
    "api-key": { type: "string", valueHint: "KEY", description: "answer 401 to requests without this key" },
    "chunk-tokens": {
      type: "string",
      valueHint: "N",
      default: String(DEFAULTS.chunkTokens),
      description: "tokens in a chunk",
    },
    reasoning: {
      type: "string",
      valueHint: "N",
      default: String(DEFAULTS.reasoning),
      description: "how many tokens of a chat reply come first, as reasoning",
    },
    "tool-calls": { type: "boolean", default: DEFAULTS.toolCalls, description: "answer chats with a tool call" },
    "role-chunk": {
      type: "boolean",
      default: DEFAULTS.roleChunk,
      description: "send a chunk with the role alone at once",
      negativeDescription: "send no chunk with the role alone",
    },
    usage: {
      type: "boolean",
      default: DEFAULTS.usage,
      description: "send usage where it is asked for",
      negativeDescription: "never send usage",
    },
    done: {
      type: "boolean",
      default: DEFAULTS.done,
      description: "close streams with [DONE]",
      negativeDescription: "close streams without [DONE]",
    },
  },
  async run({ args }) {
    const mock = startMock({
      host: args.host,
      port: whole("port", args.port, 0, 65_535),
      ttftMs: amount("ttft", args.ttft, LONGEST_MS, "milliseconds", false),
      itlMs: amount("itl", args.itl, LONGEST_MS, "milliseconds", false),
      tokens: amount("tokens", args.tokens, MOST_TOKENS, "tokens", true),
      seed: whole("seed", args.seed, 0, 2 ** 32 - 1),
      model: args.model,
      strictModel: args["strict-model"],
      apiKey: args["api-key"] ?? null,
      chunkTokens: whole("chunk-tokens", args["chunk-tokens"], 1, MOST_TOKENS),
      reasoning: whole("reasoning", args.reasoning, 0, MOST_TOKENS),
      toolCalls: args["tool-calls"],
      roleChunk: args["role-chunk"],
      usage: args.usage,
      done: args.done,
    });
    const ended = untilSignal();
    process.stdout.write(`plumb mock on ${mock.url}\n`);
    await ended;
    mock.stop();
  },
});
