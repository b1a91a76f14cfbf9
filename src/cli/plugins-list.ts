import type { Registries } from "../registry/registries.ts";
import { shownPath } from "../registry/shown-path.ts";
import { printableJson } from "../report/printable.ts";
import { alignedLines } from "../report/text-table.ts";
import { asText, several, toggle } from "./flag-kinds.ts";
import { readFlags } from "./flags.ts";
import { findPlugins } from "./plugin-folders.ts";
import { printResult } from "./print-result.ts";

/** The flag that run, exec and plugins share. */
export const PLUGINS_FLAG = {
  plugins: several(asText, {
    help: "Files of plugins, or folders of them",
    hint: "FILE|FOLDER...",
    commas: false,
    default: [] as string[],
  }),
};

const FLAGS = { ...PLUGINS_FLAG, json: toggle({ help: "Print an array of objects", default: false }) };

interface Listed {
  name: string;
  kind: string;
  aliases: string[];
  /** Absolute; null: built in. */
  file: string | null;
}

/** `plumb plugins list` */
export async function listPlugins(rawArgs: string[]): Promise<number> {
  const { plugins, json } = readFlags(rawArgs, FLAGS, { positionals: 0 }).values;
  const listed = listedIn(await findPlugins(plugins));
  await printResult([json ? `${printableJson(listed, 2)}\n` : table(listed)]);
  return 0;
}

function listedIn({ apis, datasets }: Registries): Listed[] {
  return [apis, datasets].flatMap((registry) =>
    registry.all().map(({ plugin, file }) => {
      return { name: plugin.name, kind: registry.kind, aliases: plugin.aliases ?? [], file };
    }),
  );
}

function table(listed: Listed[]): string {
  const rows = listed.map(({ name, kind, aliases, file }) => {
    return [name, kind, aliases.join(", "), file === null ? "built in" : shownPath(file)];
  });
  return `${alignedLines([["NAME", "KIND", "ALSO", "FROM"], ...rows], ["left", "left", "left", "left"]).join("\n")}\n`;
}
