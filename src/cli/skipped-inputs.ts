import type { DatasetPlugin } from "../contract/dataset.ts";

/**
 * The dataset without its first inputs, so that a pair of blocks does not ask what the pairs before it asked: a service
 * would answer from its cache. One that never ends draws by the seed, and one with times has nothing to leave out.
 */
export function skipping(plugin: DatasetPlugin, count: number): DatasetPlugin {
  if (plugin.endless === true || plugin.timing !== undefined) return plugin;
  let left = count;
  return {
    ...plugin,
    async *buildMessages(params, source) {
      // A dataset shorter than what is left out is gone through again.
      for (let found = 0, given = 0; given === 0; ) {
        const before = found;
        for await (const input of plugin.buildMessages(params, source)) {
          found++;
          if (left > 0) left--;
          else {
            given++;
            yield input;
          }
        }
        if (found === before) return;
      }
    },
  };
}
