import { defineCommand } from "citty";
import { startMock } from "../mock/mock-server.ts";
import { asText, asWhole, single } from "./flag-kinds.ts";
import { helpArgs, readFlags } from "./flags.ts";
import { runCommandLine } from "./run.ts";

const FLAGS = {
  parallel: single(asWhole({ min: 1 }), { help: "Requests at once", hint: "N", default: 8 }),
  number: single(asWhole({ min: 1 }), { help: "Requests in all", hint: "N", default: 80 }),
  outputsDir: single(asText, { help: "Folder for the run's own folder", hint: "DIR", default: "outputs" }),
};

export default defineCommand({
  meta: { name: "demo", description: "Try it out: a mock service, a run against it and the report, in one go" },
  args: helpArgs(FLAGS),
  async run({ rawArgs }) {
    const { values } = readFlags(rawArgs, FLAGS, { positionals: 0 });
    const mock = startMock({ port: 0, ttftMs: { from: 80, to: 160 }, itlMs: 10, tokens: { from: 20, to: 80 } });
    const { parallel, number, outputsDir } = values;
    const load = ["--parallel", String(parallel), "--number", String(number)];
    const args = ["--url", mock.url, ...load, "--outputs-dir", outputsDir];
    process.stderr.write(`plumb run ${args.join(" ")}\n`);
    try {
      return await runCommandLine(args);
    } finally {
      mock.stop();
    }
  },
});
