import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../config/user-error.ts";
import { shownPath } from "./shown-path.ts";
import api from "./starter/api.ts.txt" with { type: "text" };
import dataset from "./starter/dataset.ts.txt" with { type: "text" };
import types from "./starter/plumb.d.ts.txt" with { type: "text" };
import script from "./starter/script.ts.txt" with { type: "text" };
import tsconfig from "./starter/tsconfig.json.txt" with { type: "text" };

const TEMPLATES = { api, dataset, script };

export type StarterKind = keyof typeof TEMPLATES;
export const STARTER_KINDS = Object.keys(TEMPLATES) as StarterKind[];

/** What begins every plumb.d.ts of ours: it may be replaced by a newer one. */
const TYPES_MARK = '/** The module "plumb" ';

/** Paths, as a person would write them here. */
interface Starter {
  file: string;
  written: string[];
  kept: string[];
}

/**
 * Writes a working plugin or script, and beside it what an editor needs to complete and check it.
 * @throws UserError where the name is none, the file exists or cannot be written
 */
export function writeStarter(kind: StarterKind, name: string, folder: string): Starter {
  if (!/^[a-z][\w-]*$/i.test(name)) {
    throw new UserError(`"${name}" is no name: a letter, then letters, digits, - and _`, 2);
  }
  const path = resolve(folder, `${name}.ts`);
  const file = shownPath(path);
  if (existsSync(path)) throw new UserError(`${file} exists already: give another name, or delete it first`, 2);
  const text = TEMPLATES[kind].replaceAll("{{NAME}}", name).replaceAll("{{FILE}}", file);
  const starter: Starter = { file, written: [], kept: [] };
  const write = (name: string, content: string, replaces: (before: string) => boolean) => {
    const target = join(folder, name);
    const keeps = existsSync(target) && !replaces(readFileSync(target, "utf8"));
    if (!keeps) writeFileSync(target, content);
    starter[keeps ? "kept" : "written"].push(name);
  };
  try {
    mkdirSync(folder, { recursive: true });
    write(`${name}.ts`, text, () => false);
    write("plumb.d.ts", types, (before) => before.startsWith(TYPES_MARK));
    write("tsconfig.json", tsconfig, () => false);
  } catch (error) {
    throw new UserError(`cannot write to ${folder}: ${(error as Error).message}; give another --dir`, 2);
  }
  return starter;
}
