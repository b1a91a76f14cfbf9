import { UserError } from "../config/user-error.ts";
import { checkApi, checkDataset } from "../registry/contract-suite.ts";
import { discoverPlugins } from "../registry/discover.ts";
import { loadRegistries, type Registries } from "../registry/registries.ts";
import { shownPath } from "../registry/shown-path.ts";
import { printable } from "../report/printable.ts";
import { asJsonObject, asText, single } from "./flag-kinds.ts";
import { readFlags } from "./flags.ts";
import { type Trial, tryApi, tryDataset } from "./plugin-trial.ts";
import { printResult } from "./print-result.ts";

const FLAGS = {
  datasetPath: single(asText, { help: "File or folder that a dataset reads", hint: "PATH" }),
  apiArgs: single(asJsonObject, { help: "Options of the API's own", hint: "JSON|@FILE", default: {} }),
  datasetArgs: single(asJsonObject, { help: "Options of the dataset's own", hint: "JSON|@FILE", default: {} }),
};

/** `plumb plugins check FILE`: exit code 1 where something is wrong. */
export async function checkPlugins(rawArgs: string[]): Promise<number> {
  const { values, positionals } = readFlags(rawArgs, FLAGS, { positionals: 1 });
  const [file] = positionals;
  if (file === undefined) throw new UserError("plugins check: name a file, such as plumb plugins check my-api.ts", 2);
  const registries = await loadRegistries(discoverPlugins([file], [], "plugins check").files);
  const results = await checkAll(registries, values);
  await printResult(results.map(({ lines }) => `${lines.join("\n")}\n`));
  return results.every(({ ok }) => ok) ? 0 : 1;
}

interface Given {
  datasetPath?: string;
  apiArgs: Record<string, unknown>;
  datasetArgs: Record<string, unknown>;
}

interface Result {
  ok: boolean;
  lines: string[];
}

async function checkAll(registries: Registries, given: Given): Promise<Result[]> {
  const { datasetPath, apiArgs, datasetArgs } = given;
  const results: Result[] = [];
  for (const { plugin, file } of registries.apis.all()) {
    if (file === null) continue;
    const faults = await checkApi(plugin, { apiArgs });
    results.push(
      resultOf(`${shownPath(file)}: ${plugin.name} (API)`, faults, await tryApi(plugin, registries, apiArgs)),
    );
  }
  for (const { plugin, file } of registries.datasets.all()) {
    if (file === null) continue;
    const params = { datasetArgs, ...(datasetPath !== undefined && { datasetPath }) };
    const faults = await checkDataset(plugin, params);
    results.push(
      resultOf(`${shownPath(file)}: ${plugin.name} (dataset)`, faults, await tryDataset(plugin, registries, params)),
    );
  }
  return results;
}

function resultOf(title: string, faults: string[], trial: Trial): Result {
  const contract =
    faults.length === 0 ? ["contract: nothing wrong found"] : faults.map((fault) => `contract: ${fault}`);
  const lines = [...contract, ...trial.lines].map((line) => `  ${printable(line)}`);
  return { ok: faults.length === 0 && trial.ok, lines: [title, ...lines] };
}
