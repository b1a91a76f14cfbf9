import { Mistakes } from "../config/mistakes.ts";
import type { EndpointOf, KeyHeaderOf } from "../config/resolve-run.ts";
import type { RunConfig } from "../config/run-config.ts";
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
  const dataset = mistakes.attempt(() => registries.datasets.find(config.dataset));
  mistakes.throwIfAny();
  if (api === undefined || dataset === undefined) return config;
  const { params } = config;
  const args = (plugin: Configurable, given: Args, name: string) =>
    mistakes.attemptAsync(() => checkPluginArgs(plugin, given, name));
  const apiArgs = (await args(api.plugin, params.apiArgs, names.apiArgs)) ?? {};
  const datasetArgs = (await args(dataset.plugin, params.datasetArgs, names.datasetArgs)) ?? {};
  mistakes.throwIfAny();
  const selected: RunConfig = { ...config, params: { ...params, apiArgs, datasetArgs } };
  if (api.file !== null) selected.apiFile = api.file;
  if (dataset.file !== null) selected.datasetFile = dataset.file;
  return selected;
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
