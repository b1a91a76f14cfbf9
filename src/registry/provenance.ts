import { dirname } from "node:path";
import type { Registries } from "./registries.ts";
import { shownPath } from "./shown-path.ts";

/** What was loaded from files, and from where, in one line; null: nothing was. */
export function provenance({ apis, datasets }: Registries): string | null {
  const byFolder = new Map<string, string[]>();
  for (const registry of [apis, datasets] as const) {
    for (const { plugin, file } of registry.all()) {
      if (file === null) continue;
      const folder = dirname(file);
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), `${plugin.name} (${registry.kind})`]);
    }
  }
  const parts = [...byFolder].map(([folder, names]) => `${names.join(", ")} from ${shownPath(folder)}`);
  return parts.length === 0 ? null : `plugins: ${parts.join("; ")}`;
}
