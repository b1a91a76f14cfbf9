import { defineCommand } from "citty";
import { calibrate } from "../calibrate/calibrate.ts";
import type { RunConfig } from "../config/run-config.ts";
import { renderCalibration } from "../report/render-calibration.ts";
import { Interrupted } from "../run/run.ts";
import { asNumber, asWhole, single } from "./flag-kinds.ts";
import { helpArgs, readFlags } from "./flags.ts";
import { listenForInterrupts } from "./interrupts.ts";
import { printResult } from "./print-result.ts";
import { readRunCommand } from "./run-arguments.ts";
import { RUN_FLAGS } from "./run-flags.ts";

const INTERRUPTED = 130;
const MILLISECONDS = asNumber({ min: 0, max: 60_000 });

const FLAGS = {
  parallel: RUN_FLAGS.parallel,
  number: RUN_FLAGS.number,
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
};

export default defineCommand({
  meta: { name: "calibrate", description: "Say how wrong plumb itself is at a load on this machine" },
  args: helpArgs(FLAGS),
  async run({ rawArgs }) {
    const { ttft, itl, ...load } = readFlags(rawArgs, FLAGS, { positionals: 0 }).values;
    const config = configOf(load);
    const interrupts = listenForInterrupts();
    try {
      const timing = { ttftMs: ttft, itlMs: itl, tokens: load.maxTokens };
      const found = await calibrate(config, { timing, levels: config.levels }, interrupts);
      await printResult([
        load.json ? `${JSON.stringify(found, null, 2)}\n` : `${renderCalibration(found).join("\n")}\n`,
      ]);
      return 0;
    } catch (error) {
      if (error instanceof Interrupted) return INTERRUPTED;
      throw error;
    } finally {
      interrupts.close();
    }
  },
});

/** Through `plumb run`'s own door, so that the same flags mean the same; where it is sent is settled later. */
function configOf(load: {
  parallel: number[];
  number: (number | string)[];
  maxTokens: number;
  transport: string;
  connections: string;
  engines?: number;
  record: string;
}): RunConfig {
  const { parallel, number, engines, maxTokens, transport, connections, record } = load;
  const args = ["--url", "http://127.0.0.1", "--model", "mock", "--max-tokens", String(maxTokens)];
  args.push("--parallel", ...parallel.map(String), "--number", ...number.map(String));
  args.push("--transport", transport, "--connections", connections, "--record", record);
  if (engines !== undefined) args.push("--engines", String(engines));
  return readRunCommand(args, {}, () => "chat/completions").config;
}
