// Finds imports that break the rules of import-rules.ts.
import { posix } from "node:path";
import { type ImportRule, RULES, SHARED_TYPES } from "./import-rules.ts";
import { sourceFiles } from "./source-files.ts";

interface Import {
  specifier: string;
  line: number;
  /** Gone once the types are stripped. */
  typeOnly: boolean;
}

export interface Violation {
  file: string;
  line: number;
  specifier: string;
  because: string;
}

const STATEMENT = /^[ \t]*(?:import|export)\b([^;"'`]*?)\bfrom\s*["']([^"'\n]+)["']/gm;
const SIDE_EFFECT = /^[ \t]*import\s*["']([^"'\n]+)["']/gm;
const CALL = /\b(?:import|require)\(\s*["'`]([^"'`\n]+)["'`]\s*[),]/g;

const transpiler = new Bun.Transpiler({ loader: "ts" });

/**
 * Every import and re-export of a source, types included. Bun's scan sees no types and gives no lines, hence the
 * patterns; what they miss and Bun sees is added.
 */
function importsOf(source: string): Import[] {
  const code = blankComments(source);
  const line = (index: number) => code.slice(0, index).split("\n").length;
  const scanned = new Set(transpiler.scanImports(source).map((found) => found.path));
  const imports: Import[] = [];
  for (const match of code.matchAll(STATEMENT)) {
    const [, names = "", specifier = ""] = match;
    imports.push({ specifier, line: line(match.index), typeOnly: namesAreTypes(names) });
  }
  for (const match of code.matchAll(SIDE_EFFECT)) {
    imports.push({ specifier: match[1] ?? "", line: line(match.index), typeOnly: false });
  }
  for (const match of code.matchAll(CALL)) {
    const specifier = match[1] ?? "";
    imports.push({ specifier, line: line(match.index), typeOnly: !scanned.has(specifier) });
  }
  const seen = new Set(imports.map((found) => found.specifier));
  for (const specifier of scanned) {
    if (!seen.has(specifier)) imports.push({ specifier, line: line(source.indexOf(specifier)), typeOnly: false });
  }
  return imports;
}

/** Whether what stands between `import` and `from` is types alone. */
function namesAreTypes(names: string): boolean {
  if (/^\s*type\b(?!\s*(?:,|$))/.test(names)) return true;
  const list = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1];
  if (list === undefined) return false;
  const parts = list.split(",").filter((part) => part.trim() !== "");
  return parts.length > 0 && parts.every((part) => /^\s*type\s+\w/.test(part));
}

/** Comments as spaces, so that a line stays where it is. A line comment counts only where a line begins with it. */
function blankComments(source: string): string {
  return source.replace(/^[ \t]*\/\*[\s\S]*?\*\/|^[ \t]*\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, " "));
}

/** What a rule calls the target: a path from the project's root, or the specifier itself. */
function targetOf(file: string, specifier: string): string {
  return specifier.startsWith(".") ? posix.normalize(posix.join(posix.dirname(file), specifier)) : specifier;
}

/** @param file the path from the project's root, with slashes */
export function violationsIn(file: string, source: string, rules: ImportRule[] = RULES): Violation[] {
  const bound = rules.filter((rule) => begins(file, rule.from) && !begins(file, rule.except ?? []));
  return importsOf(source).flatMap(({ specifier, line, typeOnly }) => {
    const target = targetOf(file, specifier);
    return bound
      .filter((rule) => breaks(rule, target, typeOnly))
      .map(({ because }) => ({ file, line, specifier, because }));
  });
}

function breaks(rule: ImportRule, target: string, typeOnly: boolean): boolean {
  if (rule.only !== undefined && !begins(target, rule.only)) return true;
  if (rule.never === undefined || !begins(target, rule.never) || begins(target, rule.unless ?? [])) return false;
  return !(typeOnly && [...SHARED_TYPES, ...(rule.types ?? [])].includes(target));
}

function begins(path: string, prefixes: string[]): boolean {
  return prefixes.some((prefix) => path.startsWith(prefix));
}

if (import.meta.main) {
  const violations: Violation[] = [];
  for (const { file, text } of await sourceFiles(["src", "plugins"])) violations.push(...violationsIn(file, text));
  for (const { file, line, specifier, because } of violations) {
    console.log(`${file}:${line}: must not import "${specifier}": ${because}`);
  }
  process.exit(violations.length === 0 ? 0 : 1);
}
