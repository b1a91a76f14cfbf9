import type { DataPart } from "../config/dataset.ts";
import { Mistakes } from "../config/mistakes.ts";
import type { EndpointOf, IsTimed, KeyHeaderOf } from "../config/resolve-run.ts";
import type { RunConfig } from "../config/run-config.ts";
import { isSchema } from "./options-shape.ts";
import { type Args, type Configurable, checkPluginArgs } from "./plugin-args.ts";
import type { Registries } from "./registries.ts";

/** How a run's arguments for its plugins are called where they are given: flags, or keys of a script's configuration. */
interface ArgumentNames {
  apiArgs: string;
  datasetArgs: string;
}

const FLAGS: ArgumentNames = { apiArgs: "--api-args", datasetArgs: "--dataset-args" };

/**
 * The configuration with the plugins it names found: the files that define them, and their arguments checked, with
 * defaults filled in.
 * @throws UserError (exit 2) with every mistake, one a line
 */
export async function selectPlugins(
  config: RunConfig,
  registries: Registries,
  names: ArgumentNames = FLAGS,
): Promise<RunConfig> {
  const mistakes = new Mistakes();
  const api = mistakes.attempt(() => registries.apis.find(config.api));
  const parts = await selectParts(config, registries, names, mistakes);
  // The name of several together is no dataset's.
  const dataset = parts.length > 0 ? null : mistakes.attempt(() => registries.datasets.find(config.dataset));
  mistakes.throwIfAny();
  if (api === undefined || dataset === undefined) return config;
  const { params } = config;
  const args = (plugin: Configurable, given: Args, name: string) =>
    mistakes.attemptAsync(() => checkPluginArgs(plugin, given, name));
  const apiArgs = (await args(api.plugin, params.apiArgs, names.apiArgs)) ?? {};
  const datasetArgs =
    (dataset === null ? params.datasetArgs : await args(dataset.plugin, params.datasetArgs, names.datasetArgs)) ?? {};
  mistakes.throwIfAny();
  const data = { ...config.data, parts };
  const selected: RunConfig = { ...config, data, params: { ...params, apiArgs, datasetArgs } };
  if (api.file !== null) selected.apiFile = api.file;
  if (dataset !== null && dataset.file !== null) selected.datasetFile = dataset.file;
  return selected;
}

/** Each of several datasets with what it knows of the arguments for datasets; what none of them knows is a mistake. */
async function selectParts(
  { data, params: { datasetArgs } }: RunConfig,
  { datasets }: Registries,
  { datasetArgs: name }: ArgumentNames,
  mistakes: Mistakes,
): Promise<DataPart[]> {
  const parts: DataPart[] = [];
  const unknown = new Set(Object.keys(datasetArgs));
  for (const part of data.parts) {
    const found = mistakes.attempt(() => datasets.find(part.dataset));
    if (found === undefined) continue;
    const { options = {} } = found.plugin;
    const known = Object.entries(datasetArgs).filter(([key]) => isSchema(options) || Object.hasOwn(options, key));
    for (const [key] of known) unknown.delete(key);
    const args = await mistakes.attemptAsync(() => checkPluginArgs(found.plugin, Object.fromEntries(known), name));
    parts.push({ ...part, ...(found.file !== null && { datasetFile: found.file }), args: args ?? {} });
  }
  if (data.parts.length > 0) for (const key of unknown) mistakes.add(`${name}: none of the datasets knows "${key}"`);
  return parts;
}

/** Whether a dataset's inputs say themselves when they are due. */
export function timedIn({ datasets }: Registries): IsTimed {
  return (dataset) => datasets.has(dataset) && datasets.get(dataset).timing !== undefined;
}

/** The tail of the URL that an API speaks at. */
export function endpointIn({ apis }: Registries): EndpointOf {
  return (api, options) => {
    const { endpoint } = apis.get(api);
    return typeof endpoint === "function" ? endpoint(options) : (endpoint ?? "");
  };
}

/** The header that an API takes the key in. */
export function keyHeaderIn({ apis }: Registries): KeyHeaderOf {
  return (api) => apis.get(api).keyHeader;
}
