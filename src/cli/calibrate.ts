import { defineCommand } from "citty";
import { calibrate } from "../calibrate/calibrate.ts";
import type { RunConfig } from "../config/run-config.ts";
import { speaker } from "../report/language.ts";
import { renderCalibration } from "../report/render-calibration.ts";
import { Interrupted } from "../run/run.ts";
import type { FlagValues } from "./flag.ts";
import { asNumber, asText, asWhole, several, single } from "./flag-kinds.ts";
import { helpArgs, readFlags } from "./flags.ts";
import { listenForInterrupts } from "./interrupts.ts";
import { readersLanguage } from "./language-flag.ts";
import { printResult } from "./print-result.ts";
import { readRunCommand } from "./run-arguments.ts";
import { RUN_FLAGS } from "./run-flags.ts";
import { translatedError } from "./translated-error.ts";

const INTERRUPTED = 130;
const MILLISECONDS = asNumber({ min: 0, max: 60_000 });

const FLAGS = {
  parallel: RUN_FLAGS.parallel,
  number: RUN_FLAGS.number,
  // As they were written: `plumb run` reads them.
  rate: several(asText, { help: RUN_FLAGS.rate.help, hint: RUN_FLAGS.rate.hint, commas: false, replaces: true }),
  duration: single(asText, { help: RUN_FLAGS.duration.help, hint: RUN_FLAGS.duration.hint }),
  arrival: RUN_FLAGS.arrival,
  maxTokens: single(asWhole({ min: 1, max: 100_000 }), { help: "Tokens of every reply", hint: "N", default: 64 }),
  ttft: single(MILLISECONDS, {
    help: "The server's time to the first token, in milliseconds",
    hint: "MS",
    default: 200,
  }),
  itl: single(MILLISECONDS, {
    help: "The server's time from token to token, in milliseconds",
    hint: "MS",
    default: 20,
  }),
  transport: RUN_FLAGS.transport,
  connections: RUN_FLAGS.connections,
  engines: RUN_FLAGS.engines,
  record: RUN_FLAGS.record,
  json: RUN_FLAGS.json,
  lang: RUN_FLAGS.lang,
};

export default defineCommand({
  meta: { name: "calibrate", description: "Say how wrong plumb itself is at a load on this machine" },
  args: helpArgs(FLAGS),
  async run({ rawArgs }) {
    const { values, given } = readFlags(rawArgs, FLAGS, { positionals: 0 });
    const { ttft, itl, lang, ...load } = values;
    const say = speaker(readersLanguage(lang));
    const config = configOf(load, given);
    const interrupts = listenForInterrupts();
    try {
      const timing = { ttftMs: ttft, itlMs: itl, tokens: load.maxTokens };
      const found = await calibrate(config, { timing, levels: config.levels }, interrupts);
      await printResult([
        load.json ? `${JSON.stringify(found, null, 2)}\n` : `${renderCalibration(found, say).join("\n")}\n`,
      ]);
      return 0;
    } catch (error) {
      if (error instanceof Interrupted) return INTERRUPTED;
      throw translatedError(error, say);
    } finally {
      interrupts.close();
    }
  },
});

type Load = Omit<FlagValues<typeof FLAGS>, "ttft" | "itl" | "json" | "lang">;

/**
 * Through `plumb run`'s own door, so that the same flags mean the same; where it is sent is settled later.
 * @param given what stood on the command line: defaults are left to `plumb run`, whose --parallel depends on --rate
 */
function configOf(load: Load, given: ReadonlySet<string>): RunConfig {
  const args = ["--url", "http://127.0.0.1", "--model", "mock", "--max-tokens", String(load.maxTokens)];
  for (const [name, value] of Object.entries(load)) {
    if (name === "maxTokens" || !given.has(name) || value === undefined) continue;
    args.push(`--${name}`, ...[value].flat().map(String));
  }
  return readRunCommand(args, {}, () => "chat/completions").config;
}
