// Writes the types of the module "plumb" for people who have the binary alone: src/registry/starter/plumb.d.ts.txt, out
// of src/contract. To be run after a change there; a test says where it was forgotten.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../package.json";

const ROOT = join(import.meta.dir, "..");
const CONTRACT = join(ROOT, "src/contract");
const TARGET = join(ROOT, "src/registry/starter/plumb.d.ts.txt");
/** What plugins and what scripts import. */
const ENTRIES = ["index.ts", "script.ts"];

/** Of what Bun gives to scripts, what hardly one does without. */
const PROCESS = `
/** The least of what Bun and Node give to scripts. Delete it where you have their types: they say more. */
declare const process: {
  readonly argv: string[];
  readonly env: Record<string, string | undefined>;
  readonly stdout: { write(text: string): boolean };
  readonly stderr: { write(text: string): boolean };
  /** What the script ends with; what it throws makes it 1. */
  exitCode: number | undefined;
  exit(code?: number): never;
};
`;

/** One ambient module out of the declarations of all of the contract's files. */
export async function plumbTypes(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "plumb-types-"));
  try {
    await emitDeclarations(folder);
    const exported = exportedNames(readFileSync(join(CONTRACT, "index.ts"), "utf8"));
    const parts = readdirSync(folder)
      .filter((name) => name !== "index.d.ts")
      .sort()
      .map((name) => asPart(readFileSync(join(folder, name), "utf8"), exported.get(name.replace(/\.d\.ts$/, ".ts"))));
    const body = parts.join("\n").replace(/^(?=.)/gm, "  ");
    const header = `/** The module "plumb" ${version}, as plumb's binary gives it to plugins and scripts. */`;
    return `${header}\ndeclare module "plumb" {\n${body}\n  export {};\n}\n${PROCESS}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function emitDeclarations(folder: string): Promise<void> {
  const flags = ["--ignoreConfig", "--declaration", "--emitDeclarationOnly", "--skipLibCheck", "--strict"];
  const language = [
    "--target",
    "esnext",
    "--module",
    "preserve",
    "--allowImportingTsExtensions",
    "--types",
    "bun-types",
  ];
  const files = ENTRIES.map((name) => join(CONTRACT, name));
  const command = [join(ROOT, "node_modules/.bin/tsc"), ...files, ...flags, ...language, "--outDir", folder];
  const child = Bun.spawn(command, { cwd: ROOT, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, code] = await Promise.all([child.stdout.text(), child.exited]);
  if (code !== 0) throw new Error(`tsc ended with code ${code}\n${out}`);
}

/** By file, the names that the index gives on; a file that it gives on whole is not in it. */
function exportedNames(index: string): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const [, list = "", file = ""] of index.matchAll(/^export (?:type )?\{([^}]*)\} from "\.\/([^"]+)"/gm)) {
    const known = names.get(file) ?? new Set();
    for (const name of list.split(",")) known.add(name.trim().replace(/^type /, ""));
    names.set(file, known);
  }
  return names;
}

/** @param exported the names that may be imported; undefined: all of them */
function asPart(declarations: string, exported: Set<string> | undefined): string {
  return (
    declarations
      .replace(/^(?:import|export) [^;{]*(?:\{[^}]*\})?[^;{]* from "[^"]+";\n/gm, "")
      .replace(/^export \{\};\n/gm, "")
      .replace(
        /^(export )?(?:declare )?((?:abstract )?[a-z]+) (\w+)/gm,
        (whole, isExported: string | undefined, kind, name) => {
          if (!/^(?:function|const|let|class|interface|type|abstract class)$/.test(kind)) return whole;
          const visible = isExported !== undefined && (exported?.has(name) ?? true);
          return `${visible ? "export " : ""}${kind} ${name}`;
        },
      )
      // What only plumb uses is nothing to complete.
      .replace(/^(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?(?:let|const|function) .*\n/gm, "")
      .trimEnd()
      .concat("\n")
  );
}

if (import.meta.main) {
  writeFileSync(TARGET, await plumbTypes());
  console.log(`${TARGET}: written`);
}
