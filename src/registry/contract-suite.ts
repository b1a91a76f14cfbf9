import type { ApiPlugin } from "../contract/api.ts";
import type { DatasetPlugin, Source } from "../contract/dataset.ts";
import type { Options } from "../contract/options.ts";
import type { Params } from "../contract/params.ts";
import { FileSource } from "../dataset/source.ts";
import { datasetFaults } from "./dataset-faults.ts";
import { checkPluginArgs } from "./plugin-args.ts";
import { type Plugin, readPlugins } from "./plugin-shape.ts";
import { readerFaults } from "./reader-faults.ts";
import { requestFaults } from "./request-faults.ts";

/**
 * What an API plugin does against its contract, a line each; empty: nothing was found. No network is needed.
 * @param given parameters that it cannot do without, its own `apiArgs` for instance
 */
export async function checkApi(plugin: unknown, given: Partial<Params> = {}): Promise<string[]> {
  const api = shapeOf(plugin, "api");
  if (Array.isArray(api)) return api;
  const params = { ...given, apiArgs: await argsFor(api, given.apiArgs ?? {}) };
  const { faults, request } = await requestFaults(api, params);
  return [...endpointFaults(api), ...faults, ...readerFaults(api, request ?? { body: {} })];
}

/**
 * What a dataset plugin does against its contract, a line each; empty: nothing was found. Only its first items are
 * looked at.
 * @param given parameters that it cannot do without, a `datasetPath` for instance
 */
export async function checkDataset(
  plugin: unknown,
  given: Partial<Params> = {},
  source: Source = new FileSource(),
): Promise<string[]> {
  const dataset = shapeOf(plugin, "dataset");
  if (Array.isArray(dataset)) return dataset;
  return datasetFaults(dataset, { ...given, datasetArgs: await argsFor(dataset, given.datasetArgs ?? {}) }, source);
}

function shapeOf(plugin: unknown, kind: "api"): ApiPlugin | string[];
function shapeOf(plugin: unknown, kind: "dataset"): DatasetPlugin | string[];
function shapeOf(plugin: unknown, kind: Plugin["kind"]): ApiPlugin | DatasetPlugin | string[] {
  const { plugins, faults } = readPlugins(plugin);
  const [first] = plugins;
  if (first === undefined) return faults;
  return first.kind === kind ? first.plugin : [`it is ${first.kind === "api" ? "an API" : "a dataset"}`];
}

/** Defaults filled in; without what is required there are none, and the plugin shows what it makes of that. */
async function argsFor(
  plugin: { name: string; options?: Options },
  args: Params["apiArgs"],
): Promise<Params["apiArgs"]> {
  return checkPluginArgs(plugin, args, "").catch(() => args);
}

function endpointFaults({ endpoint }: ApiPlugin): string[] {
  if (typeof endpoint !== "function") return [];
  return [true, false].flatMap((applyChatTemplate) => {
    try {
      const tail: unknown = endpoint({ applyChatTemplate });
      return typeof tail === "string"
        ? []
        : [`endpoint gives a ${typeof tail} with applyChatTemplate ${applyChatTemplate}`];
    } catch (error) {
      return [`endpoint throws with applyChatTemplate ${applyChatTemplate}: ${String(error)}`];
    }
  });
}
