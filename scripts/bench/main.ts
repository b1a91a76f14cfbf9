// Measures plumb on this machine: what it costs, how fast it is and how far its times are off, over both transports, at
// 16 to 10,000 requests at once, against its own server in another process. Prints a Markdown table.
//
//   npm run bench                          everything, three times each: about twenty minutes
//   npm run bench -- --only c64,rps --repeat 5
//   npm run bench -- --binary ./plumb      another binary than dist/plumb
import os from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build, DEFAULT_BUILD } from "../build.ts";
import { benchCases } from "./cases.ts";
import { type Measured, measure } from "./measure.ts";
import { benchTable, type Result } from "./table.ts";

const STARTS = 20;

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    repeat: { type: "string", default: "3" },
    binary: { type: "string" },
  },
});

const binary = values.binary === undefined ? join(import.meta.dir, "../../dist/plumb") : resolve(values.binary);
if (values.binary === undefined) await build(DEFAULT_BUILD);

const results: Result[] = [];
for (const bench of benchCases(values.only.split(",").filter((name) => name !== ""))) {
  const runs: Measured[] = [];
  for (let repeat = 0; repeat < Number(values.repeat); repeat++) runs.push(await measure(binary, bench));
  results.push({ bench, runs });
  process.stderr.write(`${bench.name} over ${bench.transport}, ${bench.record}: done\n`);
}
const { model } = os.cpus()[0] ?? { model: "unknown processor" };
const machine = `${os.availableParallelism()} cores (${model}), load ${os.loadavg()[0]?.toFixed(1)}, Bun ${Bun.version}`;
process.stdout.write(`${machine}; the middle of ${values.repeat} runs, their lowest and highest behind it.\n\n`);
process.stdout.write(`${benchTable(results)}\n\nstart-up (--version): ${startMs()}\n`);

/** From starting the process to its end. */
function startMs(): string {
  const times = Array.from({ length: STARTS }, () => {
    const start = performance.now();
    Bun.spawnSync([binary, "--version"]);
    return performance.now() - start;
  }).toSorted((a, b) => a - b);
  return `${times[STARTS >> 1]!.toFixed(0)} ms (${times[0]!.toFixed(0)} to ${times.at(-1)!.toFixed(0)} ms)`;
}
