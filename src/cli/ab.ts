import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineCommand } from "citty";
import { AB_SCHEMA, type AbReport } from "../compare/ab-model.ts";
import { type AbDriver, AbSession } from "../compare/ab-session.ts";
import { USUAL } from "../compare/compare.ts";
import type { FigureName } from "../config/plan.ts";
import type { RunConfig } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import { divertConsole, listenToPlugins } from "../registry/plugin-voice.ts";
import { endpointIn, keyHeaderIn, selectPlugins, timedIn } from "../registry/select.ts";
import { speaker } from "../report/language.ts";
import { printableJson } from "../report/printable.ts";
import { renderAb } from "../report/render-ab.ts";
import type { RunObserver } from "../run/observer.ts";
import type { Interruption, RunRequest } from "../run/run.ts";
import { AB_FLAGS, type AbCommand, readAbArguments } from "./ab-arguments.ts";
import { runBlock } from "./ab-block.ts";
import { helpArgs } from "./flags.ts";
import { listenForInterrupts } from "./interrupts.ts";
import { readersLanguage } from "./language-flag.ts";
import { createLog } from "./log.ts";
import { findPlugins } from "./plugin-folders.ts";
import { printResult } from "./print-result.ts";
import { namedPlugins, readRunCommand } from "./run-arguments.ts";
import { RUN_FLAGS } from "./run-flags.ts";
import { textOptions } from "./text-options.ts";
import { translatedError } from "./translated-error.ts";

const INTERRUPTED = 130;
const USUAL_FIGURES: FigureName[] = [
  { metric: "ttft_ms", stat: "p50" },
  { metric: "tpot_ms", stat: "p50" },
  { metric: "latency_ms", stat: "p50" },
  { metric: "output_tokens_per_s", stat: null },
];

export default defineCommand({
  meta: { name: "ab", description: "Compare two services: short blocks in turns, until it can tell or time is up" },
  args: {
    a: { type: "positional", required: false, description: "the service to compare with" },
    b: { type: "positional", required: false, description: "the service that is held against it" },
    ...helpArgs({ ...RUN_FLAGS, ...AB_FLAGS }),
  },
  run: ({ rawArgs }) => compareServices(readAbArguments(rawArgs)),
});

/** Returns the exit code: whatever the answer is, 0 where there is one. */
async function compareServices(command: AbCommand): Promise<number> {
  divertConsole();
  const say = speaker(readersLanguage(command.lang));
  const log = createLog(false, { say });
  listenToPlugins((level, line) => log[level](line));
  const sides = await Promise.all(command.runArgs.map(sideOf));
  for (const warning of new Set(sides.flatMap(({ warnings }) => warnings))) log.warn(warning);
  const [a, b] = sides.map(({ request }) => request) as [RunRequest, RunRequest];
  const folder = sessionFolder(a.config);
  const observer = quietObserver((line) => log.info(line));
  const interrupts = listenForInterrupts();
  const begun = performance.now();
  const block = blocksOf([a, b], folder, observer, interrupts, (line) => log.info(line));
  const { budgetS, confidence, figures = USUAL_FIGURES } = command;
  const options = { budgetS, confidence, figures, margin: { ...USUAL.margin, ratio: command.margin } };
  const driver = { block, now: () => performance.now(), notice: (line: string) => log.warn(line) };
  try {
    const result = await new AbSession(options, driver).run();
    const report: AbReport = {
      schema: AB_SCHEMA,
      urls: [a.config.url, b.config.url],
      folder,
      ...result,
      confidence,
      margin: options.margin,
      budget_s: budgetS,
      elapsed_s: (performance.now() - begun) / 1000,
    };
    const json = `${printableJson(report, 2)}\n`;
    writeFileSync(join(folder, "ab.json"), json);
    await printResult([command.json ? json : renderAb(report, textOptions(command.lang))]);
    if (result.end === "interrupted") return INTERRUPTED;
    return result.end === "failed" || result.end === "client-limited" ? 1 : 0;
  } catch (error) {
    throw translatedError(error, say);
  } finally {
    interrupts.close();
  }
}

/** Both blocks of a pair begin at the same input; the next pair begins behind what either has used. */
function blocksOf(
  sides: [RunRequest, RunRequest],
  folder: string,
  observer: RunObserver,
  interruption: Interruption,
  say: (line: string) => void,
): AbDriver["block"] {
  let place = { pair: 0, skip: 0, used: 0 };
  return async (side, pair) => {
    if (pair !== place.pair) place = { pair, skip: place.skip + place.used, used: 0 };
    const request = { ...sides[side], config: { ...sides[side].config, outputsDir: folder } };
    const { inputs, ...block } = await runBlock(request, { side, pair, skip: place.skip }, observer, interruption);
    place.used = Math.max(place.used, inputs);
    say(`pair ${pair + 1}, ${"AB"[side]}: ${block.kind}, ${inputs} requests`);
    return block;
  };
}

interface AskedSide {
  request: RunRequest;
  warnings: string[];
}

/** @throws UserError (exit 2) where the flags are none of a block's */
async function sideOf(rawArgs: string[]): Promise<AskedSide> {
  const registries = await findPlugins(namedPlugins(rawArgs));
  const env = process.env;
  const found = [endpointIn(registries), keyHeaderIn(registries), timedIn(registries)] as const;
  const { config, secrets, modelGiven, warnings, printed } = readRunCommand(rawArgs, env, ...found);
  const strange = {
    "--dry-run": config.dryRun,
    "--print-config": printed !== undefined,
    "--calibrate": config.calibrate,
  };
  const [other] = Object.entries(strange).flatMap(([flag, given]) => (given ? [flag] : []));
  if (other !== undefined) throw new UserError(`ab: ${other} is for \`plumb run\`: give it there, with --url`, 2);
  if (config.levels.length > 1 || (config.plan?.repeat ?? 1) > 1 || (config.plan?.search ?? null) !== null) {
    throw new UserError("ab: a block has one load: give one --parallel or --rate, and no --repeat or search", 2);
  }
  return { request: { config: await selectPlugins(config, registries), secrets, modelGiven }, warnings };
}

function sessionFolder({ outputsDir }: RunConfig): string {
  const time = new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "_");
  for (let k = 1; ; k++) {
    const folder = join(outputsDir, `${time}_ab${k === 1 ? "" : `_${k}`}`);
    try {
      mkdirSync(outputsDir, { recursive: true });
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST" && k < 100) continue;
      throw new UserError(`cannot make ${folder}: ${(error as Error).message}; choose another --outputs-dir`, 2);
    }
  }
}

function quietObserver(notice: (line: string) => void): RunObserver {
  const nothing = () => {};
  // The same notice comes with every block: once is enough.
  const heard = new Set<string>();
  return {
    planned: nothing,
    stage: nothing,
    finished: nothing,
    inFlight: nothing,
    stopping: nothing,
    debug: nothing,
    notice(line) {
      if (!heard.has(line)) notice(line);
      heard.add(line);
    },
  };
}
