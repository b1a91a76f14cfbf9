import openai from "../../plugins/api/openai.ts";
import type { ApiPlugin } from "../contract/api.ts";
import { Registry } from "./registry.ts";

/** The APIs that come with plumb. */
export function apis(): Registry<ApiPlugin> {
  const registry = new Registry<ApiPlugin>("API", "--api");
  for (const plugin of [openai]) registry.add(plugin, "built-in");
  return registry;
}
