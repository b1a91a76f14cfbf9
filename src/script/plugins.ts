import { findPlugins } from "../cli/plugin-folders.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { DatasetPlugin } from "../contract/dataset.ts";
import { provenance } from "../registry/provenance.ts";
import type { Registries } from "../registry/registries.ts";
import { Registry } from "../registry/registry.ts";

let everyRuns: string[] = [];
const found = new Map<string, Promise<Registries>>();

/** Plugin files and folders that every run of this process has, besides its own: those of `plumb exec --plugins`. */
export function giveEveryRun(paths: string[]): void {
  everyRuns = paths;
}

/**
 * What a run may name; a script's own plugins stand alone, so that they may have any name.
 * @param notice hears what was loaded from where, the first time
 * @throws UserError (exit 2) with every fault of every file, one a line
 */
export async function pluginsFor(
  paths: string[],
  own: { api?: ApiPlugin; dataset?: DatasetPlugin },
  notice: (line: string) => void,
): Promise<Registries> {
  const { apis, datasets } = await findOnce([...everyRuns, ...paths], notice);
  return {
    apis: own.api === undefined ? apis : only("API", own.api),
    datasets: own.dataset === undefined ? datasets : only("dataset", own.dataset),
  };
}

function findOnce(paths: string[], notice: (line: string) => void): Promise<Registries> {
  const key = paths.join("\0");
  const known = found.get(key);
  if (known !== undefined) return known;
  const finding = findPlugins(paths).then((registries) => {
    const loaded = provenance(registries);
    if (loaded !== null) notice(loaded);
    return registries;
  });
  found.set(key, finding);
  // A fault may be mended before the next run.
  finding.catch(() => found.delete(key));
  return finding;
}

function only<P extends ApiPlugin | DatasetPlugin>(kind: "API" | "dataset", plugin: P): Registry<P> {
  const registry = new Registry<P>(kind, kind.toLowerCase());
  registry.add(plugin, null);
  return registry;
}
