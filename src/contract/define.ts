import type { ApiPlugin } from "./api.ts";
import type { DatasetPlugin } from "./dataset.ts";

/** Types an API plugin; returns it unchanged. */
export function defineApi(plugin: ApiPlugin): ApiPlugin {
  return plugin;
}

/** Types a dataset plugin; returns it unchanged. */
export function defineDataset(plugin: DatasetPlugin): DatasetPlugin {
  return plugin;
}
