import { Mistakes } from "../config/mistakes.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { DatasetPlugin } from "../contract/dataset.ts";
import { apis } from "./built-in-apis.ts";
import { datasets } from "./built-in-datasets.ts";
import type { Registry } from "./registry.ts";

export interface Registries {
  apis: Registry<ApiPlugin>;
  datasets: Registry<DatasetPlugin>;
}

/**
 * What comes with plumb and what the files hold, which are run for that.
 * @param files as `discoverPlugins` found them
 * @throws UserError (exit 2) with every fault of every file, one a line
 */
export async function loadRegistries(files: string[]): Promise<Registries> {
  const registries = { apis: apis(), datasets: await datasets() };
  await addFiles(registries, files);
  return registries;
}

/** The API of a run, in main as in an engine: no file is run but the one that defines it. */
export async function apiOf({ api, apiFile }: Pick<RunConfig, "api" | "apiFile">): Promise<ApiPlugin> {
  const registries = { apis: apis(), datasets: null };
  await addFiles(registries, apiFile === undefined ? [] : [apiFile]);
  return registries.apis.get(api);
}

/** The dataset of a run. */
export async function datasetOf(config: Pick<RunConfig, "dataset" | "datasetFile">): Promise<DatasetPlugin> {
  const registries = { apis: null, datasets: await datasets() };
  await addFiles(registries, config.datasetFile === undefined ? [] : [config.datasetFile]);
  return registries.datasets.get(config.dataset);
}

type Wanted = { [Kind in keyof Registries]: Registries[Kind] | null };

async function addFiles({ apis, datasets }: Wanted, files: string[]): Promise<void> {
  if (files.length === 0) return;
  // Nothing of it is loaded where nobody has plugins.
  const { loadPluginFile, receivePlugins } = await import("./load-file.ts");
  receivePlugins();
  const mistakes = new Mistakes();
  for (const file of files) {
    const plugins = await mistakes.attemptAsync(() => loadPluginFile(file));
    for (const { kind, plugin } of plugins ?? []) {
      mistakes.attempt(() => (kind === "api" ? apis?.add(plugin, file) : datasets?.add(plugin, file)));
    }
  }
  mistakes.throwIfAny();
}
