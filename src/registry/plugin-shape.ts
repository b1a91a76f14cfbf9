import type { ApiPlugin } from "../contract/api.ts";
import type { DatasetPlugin } from "../contract/dataset.ts";
import { nearest } from "./nearest.ts";
import { optionsFaults } from "./options-shape.ts";

export type Plugin = { kind: "api"; plugin: ApiPlugin } | { kind: "dataset"; plugin: DatasetPlugin };

type Fields = Record<string, unknown>;
/** What is wrong with a value; null: nothing. */
type Check = (value: unknown) => string | null;

const PRODUCTS = ["text", "embedding", "ranking", "other"];
const FRAMINGS = ["sse", "ndjson", "body"];

const COMMON = { name: nameFault, aliases: aliasesFault, options: () => null } satisfies Record<string, Check>;
const API: Record<keyof ApiPlugin, Check> = {
  ...COMMON,
  endpoint: (value) => (typeof value === "string" || isFunction(value) ? null : "must be a string or a function"),
  keyHeader: keyHeaderFault,
  produces: oneOf(PRODUCTS),
  framing: oneOf(FRAMINGS),
  buildRequest: functionFault,
  reader: functionFault,
  replyMessage: functionFault,
  parseResponses: functionFault,
  processRequest: functionFault,
};
const DATASET: Record<keyof DatasetPlugin, Check> = {
  ...COMMON,
  about: (value) => (typeof value === "string" ? null : "must be a string"),
  path: oneOf(["needed", "optional"]),
  ownLengths: (value) => (typeof value === "boolean" ? null : "must be true or false"),
  endless: (value) => (typeof value === "boolean" ? null : "must be true or false"),
  timing: functionFault,
  buildMessages: functionFault,
};

/**
 * What a file exports by default, as plugins. Their kind is told by their shape.
 * @returns with `faults`, lines that name a member and what is wrong with it
 */
export function readPlugins(exported: unknown): { plugins: Plugin[]; faults: string[] } {
  if (!Array.isArray(exported)) return readPlugin(exported, "");
  if (exported.length === 0) return { plugins: [], faults: ["the default export is an empty list"] };
  const read = exported.map((one, index) => readPlugin(one, `plugin ${index + 1}: `));
  return { plugins: read.flatMap(({ plugins }) => plugins), faults: read.flatMap(({ faults }) => faults) };
}

function readPlugin(value: unknown, where: string): { plugins: Plugin[]; faults: string[] } {
  if (typeof value !== "object" || value === null) {
    const said = value === undefined ? "nothing is exported by default" : `a ${typeof value} is exported by default`;
    const rename = where === "" ? "; a file that plugins only import has a name that begins with _" : "";
    return { plugins: [], faults: [`${where}${said}: write export default defineApi({ ... })${rename}`] };
  }
  const fields = value as Fields;
  const kind = kindOf(fields);
  if (kind === null) {
    return { plugins: [], faults: [`${where}buildRequest (of an API) or buildMessages (of a dataset) is missing`] };
  }
  const faults = memberFaults(
    fields,
    kind === "api" ? API : DATASET,
    kind === "api" ? "buildRequest" : "buildMessages",
  );
  if (faults.length > 0) return { plugins: [], faults: faults.map((fault) => where + fault) };
  return { plugins: [{ kind, plugin: value } as Plugin], faults: [] };
}

/** By the member that does the work; without it by what only an API has. */
function kindOf(fields: Fields): Plugin["kind"] | null {
  if ("buildRequest" in fields) return "api";
  if ("buildMessages" in fields) return "dataset";
  return Object.keys(API).some((member) => !(member in COMMON) && member in fields) ? "api" : null;
}

function memberFaults(fields: Fields, members: Record<string, Check>, main: string): string[] {
  const faults = ["name", main]
    .filter((member) => fields[member] === undefined)
    .map((member) => `${member} is missing`);
  for (const [member, check] of Object.entries(members)) {
    const fault = fields[member] === undefined ? null : check(fields[member]);
    if (fault !== null) faults.push(`${member} ${fault}`);
  }
  if (fields.options !== undefined) faults.push(...optionsFaults(fields.options));
  // Other members are the author's own business, unless one looks like a slip.
  for (const member of Object.keys(fields).filter((member) => !(member in members))) {
    const near = nearest(
      member,
      Object.keys(members).filter((known) => known.length > 5 && !(known in fields)),
    );
    if (near !== undefined) faults.push(`${member} is nothing that plumb knows: is ${near} meant?`);
  }
  return faults;
}

function nameFault(value: unknown): string | null {
  if (typeof value === "string" && /^[^\s,-][^\s,]*$/.test(value)) return null;
  return "must be a string without spaces or commas that does not begin with a dash";
}

function aliasesFault(value: unknown): string | null {
  if (!Array.isArray(value)) return "must be a list of names";
  const fault = value.map(nameFault).find((found) => found !== null);
  return fault === undefined ? null : `is wrong: each ${fault}`;
}

function keyHeaderFault(value: unknown): string | null {
  const { name, prefix = "" } = Object(value) as Fields;
  return typeof name === "string" && typeof prefix === "string" ? null : "must be { name, prefix? }, of strings";
}

function functionFault(value: unknown): string | null {
  return isFunction(value)
    ? null
    : `is ${Array.isArray(value) ? "a list" : `a ${typeof value}`}: it must be a function`;
}

function oneOf(choices: string[]): Check {
  return (value) => (choices.includes(value as string) ? null : `must be one of ${choices.join(", ")}`);
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}
