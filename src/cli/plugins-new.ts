import { UserError } from "../config/user-error.ts";
import { loadRegistries } from "../registry/registries.ts";
import { STARTER_KINDS, type StarterKind, writeStarter } from "../registry/starter.ts";
import { asText, single } from "./flag-kinds.ts";
import { readFlags } from "./flags.ts";
import { printResult } from "./print-result.ts";

const FLAGS = { dir: single(asText, { help: "Folder to write to", hint: "FOLDER", default: "." }) };

/** `plumb plugins new KIND NAME` */
export async function newPlugin(rawArgs: string[]): Promise<number> {
  const { values, positionals } = readFlags(rawArgs, FLAGS, { positionals: 2 });
  const [said, name] = positionals;
  const kind = STARTER_KINDS.find((known) => known === said);
  if (kind === undefined || name === undefined) {
    throw new UserError(
      `plugins new: say ${STARTER_KINDS.join(", ")} and a name, such as plumb plugins new api my-api`,
      2,
    );
  }
  if (kind !== "script") await refuseTaken(kind, name);
  const { file, written, kept } = writeStarter(kind, name, values.dir);
  const lines = [
    `written: ${written.join(", ")}`,
    ...(kept.length === 0 ? [] : [`left as it was: ${kept.join(", ")}`]),
  ];
  await printResult([`${[...lines, ...next(kind, name, file)].join("\n")}\n`]);
  return 0;
}

/** By a built-in one: to write a file no other's code is run. */
async function refuseTaken(kind: "api" | "dataset", name: string): Promise<void> {
  const { apis, datasets } = await loadRegistries([]);
  const registry = kind === "api" ? apis : datasets;
  if (!registry.has(name)) return;
  const owner = `plumb's own ${registry.kind} "${registry.get(name).name}"`;
  throw new UserError(`plugins new: the ${registry.kind} name "${name}" is taken by ${owner}: choose another`, 2);
}

/** What to do with it. */
function next(kind: StarterKind, name: string, file: string): string[] {
  if (kind === "script") return [`run it: plumb exec ${file}`];
  return [
    `try it: plumb plugins check ${file}`,
    `use it: plumb run --plugins ${file} --${kind} ${name} --url http://localhost:8000`,
  ];
}
