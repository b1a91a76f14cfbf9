import type { DatasetPlugin } from "../contract/dataset.ts";
import { isSchema } from "../registry/options-shape.ts";
import { shownPath } from "../registry/shown-path.ts";
import { type Language, speaker } from "../report/language.ts";
import { CHINESE_DATASETS } from "../report/language-zh-data.ts";
import { printable, printableJson } from "../report/printable.ts";
import { alignedLines } from "../report/text-table.ts";
import { toggle } from "./flag-kinds.ts";
import { readFlags } from "./flags.ts";
import { LANGUAGE_FLAG, readersLanguage } from "./language-flag.ts";
import { findPlugins } from "./plugin-folders.ts";
import { PLUGINS_FLAG } from "./plugins-list.ts";
import { printResult } from "./print-result.ts";

const FLAGS = {
  ...PLUGINS_FLAG,
  json: toggle({ help: "Print an array of objects", default: false }),
  ...LANGUAGE_FLAG,
};

interface Listed {
  name: string;
  aliases: string[];
  about: string | null;
  /** null: it reads none. */
  path: "needed" | "optional" | null;
  /** Names for --dataset-args; null: a schema knows them. */
  options: string[] | null;
  /** Absolute; null: built in. */
  file: string | null;
}

const READS = { needed: "needed", optional: "may be given" } as const;

/** `plumb data list` */
export async function listData(rawArgs: string[]): Promise<number> {
  const { plugins, json, lang } = readFlags(rawArgs, FLAGS, { positionals: 0 }).values;
  const { datasets } = await findPlugins(plugins);
  const listed = datasets.all().map(({ plugin, file }) => listedAs(plugin, file));
  await printResult([json ? `${printableJson(listed, 2)}\n` : text(listed, readersLanguage(lang))]);
  return 0;
}

function listedAs({ name, aliases = [], about, path, options = {} }: DatasetPlugin, file: string | null): Listed {
  return {
    name,
    aliases,
    about: about ?? null,
    path: path ?? null,
    options: isSchema(options) ? null : Object.keys(options),
    file,
  };
}

function text(listed: Listed[], language: Language): string {
  const say = speaker(language);
  const rows = listed.map(({ name, about, path, file }) => {
    const origin = file === null ? "" : ` (${shownPath(file)})`;
    const sends = (language === "zh" && file === null && CHINESE_DATASETS[name]) || about;
    return [name, path === null ? "-" : say(READS[path]), printable(`${sends ?? ""}${origin}`).trim()];
  });
  const lines = alignedLines([[say("NAME"), say("PATH"), say("WHAT IT SENDS")], ...rows], ["left", "left", "left"]);
  return `${[...lines, "", say("plumb plugins show NAME lists a dataset's options (--dataset-args).")].join("\n")}\n`;
}
