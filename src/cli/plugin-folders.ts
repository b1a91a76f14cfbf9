import { discoverPlugins } from "../registry/discover.ts";
import { loadRegistries, type Registries } from "../registry/registries.ts";

/**
 * All plugins that a command can name: built in, from the standing folders, and from the paths of --plugins. Says on
 * stderr which folders were left out.
 * @throws UserError (exit 2) with every fault, one a line
 */
export async function findPlugins(named: string[]): Promise<Registries> {
  const { files, warnings } = discoverPlugins(named);
  for (const warning of warnings) process.stderr.write(`plumb: ${warning}\n`);
  return loadRegistries(files);
}
