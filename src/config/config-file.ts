import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import type { Mistakes } from "./mistakes.ts";
import { readTextFile } from "./text-file.ts";
import { UserError } from "./user-error.ts";

/** One option in a configuration file. */
export interface FileOption {
  /** As it was written: `max-tokens`, `maxTokens`. */
  key: string;
  /** Texts as they stand in the file, so that the flag's own reader makes of them what it makes of an argument. */
  value: string | string[] | object;
  /** The file and the line, for messages. */
  where: string;
}

/**
 * The options that a YAML file holds, in its order. The messages never quote the file, which may hold a key.
 * @param mistakes takes what is wrong with single options
 * @throws UserError (exit 2) where the file cannot be read, or is not one mapping of options
 */
export function readConfigFile(path: string, mistakes: Mistakes): FileOption[] {
  const lines = new LineCounter();
  const document = parseDocument(readTextFile(path), { lineCounter: lines, prettyErrors: false });
  const placeOf = (at: number | undefined) => `${path}, line ${at === undefined ? 1 : lines.linePos(at).line}`;
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) throw new UserError(`${placeOf(fault.pos[0])}: not valid YAML (${fault.message})`, 2);
  const { contents } = document;
  if (contents === null) return [];
  if (!isMap(contents)) throw new UserError(`${path} must hold options, a line each: "max-tokens: 256"`, 2);
  return contents.items.flatMap((pair) => {
    const where = placeOf((pair.key as Node).range?.[0]);
    const option = mistakes.attempt(() => optionOf(pair as Pair<Node, Node | null>, where, document), where);
    return option === undefined ? [] : [option];
  });
}

type Document = ReturnType<typeof parseDocument>;

function optionOf({ key, value }: Pair<Node, Node | null>, where: string, document: Document): FileOption {
  if (!isScalar(key) || typeof key.value !== "string") throw new UserError("a key must be an option's name", 2);
  const node = isAlias(value) ? value.resolve(document) : value;
  return { key: key.value, value: nodeValue(node ?? null, key.value, document), where };
}

function nodeValue(node: Node | null, key: string, document: Document): FileOption["value"] {
  if (isMap(node)) return node.toJS(document) as object;
  if (isSeq(node)) return node.items.map((item) => textOf(item as Node, key));
  return textOf(node, key);
}

/** A plain scalar as it was written: a model called 1.10 is no number. */
function textOf(node: Node | null, key: string): string {
  if (isScalar(node) && node.value !== null) return node.type === "PLAIN" ? (node.source ?? "") : String(node.value);
  const said = isScalar(node) || node === null ? "has no value: give it one, or leave the line out" : "is nested";
  throw new UserError(`${key}: ${said}`, 2);
}
