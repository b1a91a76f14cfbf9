import { defineCommand } from "citty";
import { UserError } from "../config/user-error.ts";
import { startMock } from "../mock/mock-server.ts";
import { type Amount, MOCK_DEFAULTS as DEFAULTS } from "../mock/options.ts";
import { asNumber, asText, asWhole, single, toggle } from "./flag-kinds.ts";
import { helpArgs, readFlags } from "./flags.ts";

/** A number, or a range `a-b`; `asEnd` reads either end. */
function asAmount(asEnd: (text: string) => number): (text: string) => Amount {
  return (text) => {
    const ends = /^([^-]+)(?:-([^-]+))?$/.exec(text);
    if (ends === null) throw new UserError(`"${text}" is neither a number nor a range such as 10-20`, 2);
    const from = asEnd(ends[1]!);
    const to = ends[2] === undefined ? from : asEnd(ends[2]);
    if (to < from) throw new UserError(`the range ${text} ends below its beginning`, 2);
    return from === to ? from : { from, to };
  };
}

const asMilliseconds = asAmount(asNumber({ min: 0, max: 86_400_000 }));
const MOST_TOKENS = 10_000_000;

const FLAGS = {
  port: single(asWhole({ min: 0, max: 65_535 }), {
    help: "Port; 0 for a free one",
    hint: "N",
    default: DEFAULTS.port,
  }),
  host: single(asText, { help: "Address to listen on", hint: "ADDRESS", default: DEFAULTS.host }),
  ttft: single(asMilliseconds, {
    help: "Time to the first token in milliseconds, or a range a-b",
    hint: "MS",
    default: DEFAULTS.ttftMs,
  }),
  itl: single(asMilliseconds, {
    help: "Time from token to token in milliseconds, or a range a-b; 0: all at once",
    hint: "MS",
    default: DEFAULTS.itlMs,
  }),
  tokens: single(asAmount(asWhole({ min: 0, max: MOST_TOKENS })), {
    help: "Tokens of a reply, or a range a-b; a request's max_tokens caps it",
    hint: "N",
    default: DEFAULTS.tokens,
  }),
  seed: single(asWhole({ min: 0, max: 2 ** 32 - 1 }), {
    help: "What ranges are drawn from",
    hint: "N",
    default: DEFAULTS.seed,
  }),
  model: single(asText, { help: "Name of the model", hint: "NAME", default: DEFAULTS.model }),
  strictModel: toggle({ help: "Answer 404 to any other model", default: DEFAULTS.strictModel }),
  apiKey: single(asText, { help: "Answer 401 to requests without this key", hint: "KEY", secret: true }),
  chunkTokens: single(asWhole({ min: 1, max: MOST_TOKENS }), {
    help: "Tokens in a chunk",
    hint: "N",
    default: DEFAULTS.chunkTokens,
  }),
  reasoning: single(asWhole({ min: 0, max: MOST_TOKENS }), {
    help: "How many tokens of a chat reply come first, as reasoning",
    hint: "N",
    default: DEFAULTS.reasoning,
  }),
  toolCalls: toggle({ help: "Answer chats with a tool call", default: DEFAULTS.toolCalls }),
  roleChunk: toggle({
    help: "Send a chunk with the role alone at once",
    negative: "Send no such chunk",
    default: DEFAULTS.roleChunk,
  }),
  usage: toggle({ help: "Send usage where it is asked for", negative: "Never send usage", default: DEFAULTS.usage }),
  done: toggle({ help: "Close streams with [DONE]", negative: "Close streams without it", default: DEFAULTS.done }),
};

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}

export default defineCommand({
  meta: { name: "mock", description: "Serve OpenAI's and the other built-in APIs with known timing, to try plumb on" },
  args: helpArgs(FLAGS),
  async run({ rawArgs }) {
    const { ttft, itl, apiKey, ...same } = readFlags(rawArgs, FLAGS, { positionals: 0 }).values;
    const mock = startMock({ ...same, ttftMs: ttft, itlMs: itl, apiKey: apiKey ?? null });
    const ended = untilSignal();
    process.stdout.write(`plumb mock on ${mock.url}\n`);
    await ended;
    mock.stop();
  },
});
