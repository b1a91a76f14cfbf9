import type { DatasetPlugin } from "../contract/dataset.ts";
import { Registry } from "./registry.ts";

/** The datasets that come with plumb; loaded when a run wants one, not at start-up and never in an engine. */
export async function datasets(): Promise<Registry<DatasetPlugin>> {
  const modules = await Promise.all([
    import("../../plugins/dataset/line_by_line.ts"),
    import("../../plugins/dataset/openqa.ts"),
    import("../../plugins/dataset/prompt.ts"),
    import("../../plugins/dataset/random.ts"),
  ]);
  const registry = new Registry<DatasetPlugin>("dataset", "--dataset");
  for (const module of modules) registry.add(module.default, null);
  return registry;
}
