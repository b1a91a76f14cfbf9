import { type ArgsDef, defineCommand } from "citty";
import { readTextFile } from "../config/text-file.ts";
import { UserError } from "../config/user-error.ts";
import { FAULTS } from "../mock/faults.ts";
import { startMock } from "../mock/mock-server.ts";
import { type Amount, MOCK_DEFAULTS as DEFAULTS, type MockOptions } from "../mock/options.ts";
import { asFaultShare, type FaultShare, faultShares } from "./fault-shares.ts";
import { asNumber, asText, asWhole, several, single, toggle } from "./flag-kinds.ts";
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

const asPlainMilliseconds = asNumber({ min: 0, max: 86_400_000 });
/** With or without their unit. */
const asMilliseconds = asAmount((text) => asPlainMilliseconds(text.replace(/ms$/, "")));
const MOST_TOKENS = 10_000_000;
const BYTES_A_MB = 1_000_000;

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
    help: "What ranges and faults are drawn from",
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
  slots: single(asWhole({ min: 1, max: 1_000_000 }), {
    help: "Answer so many requests at once; others wait, first come first served (default: all)",
    hint: "N",
  }),
  fault: several(asFaultShare, {
    help: "Break so large a share of the replies, from 0 to 1: reset=0.1,stall=0.05; /stats tells the true counts",
    hint: "NAME=SHARE...",
    commas: true,
    default: [] as FaultShare[],
  }),
  faultLargeMb: single(asNumber({ min: 0.001, max: 1000 }), {
    help: "Length of what the fault large adds, in MB",
    hint: "MB",
    default: DEFAULTS.faultLargeBytes / BYTES_A_MB,
  }),
  tlsCert: single(readTextFile, { help: "PEM file with a certificate: serve https", hint: "FILE" }),
  tlsKey: single(readTextFile, { help: "PEM file with the certificate's key", hint: "FILE" }),
};

function tlsOf(cert: string | undefined, key: string | undefined): MockOptions["tls"] {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return null;
  throw new UserError(cert === undefined ? "--tls-key needs --tls-cert too" : "--tls-cert needs --tls-key too", 2);
}

/** What `--help` shows: for `--fault` a line for each fault too. */
function shownArgs(): ArgsDef {
  const faults = [...Object.entries(FAULTS), ["all", { help: "each of these" }] as const];
  const lines = faults.map(([name, { help }]): [string, ArgsDef[string]] => [
    `fault ${name}`,
    { type: "string", valueHint: "SHARE", description: help },
  ]);
  return { ...helpArgs(FLAGS), ...Object.fromEntries(lines) };
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}

export default defineCommand({
  meta: { name: "mock", description: "Serve OpenAI's and the other built-in APIs with known timing, to try plumb on" },
  args: shownArgs(),
  async run({ rawArgs }) {
    const { values } = readFlags(rawArgs, FLAGS, { positionals: 0 });
    const { ttft, itl, apiKey, slots, fault, faultLargeMb, tlsCert, tlsKey, ...same } = values;
    const mock = startMock({
      ...same,
      ttftMs: ttft,
      itlMs: itl,
      apiKey: apiKey ?? null,
      slots: slots ?? null,
      faults: faultShares(fault),
      faultLargeBytes: Math.round(faultLargeMb * BYTES_A_MB),
      tls: tlsOf(tlsCert, tlsKey),
    });
    const ended = untilSignal();
    process.stdout.write(`plumb mock on ${mock.url}\n`);
    await ended;
    mock.stop();
  },
});
