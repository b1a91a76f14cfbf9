// Compiles plumb into one binary: `npm run build`, or with `-- --target linux-arm64` for another system.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { devDependencies, version } from "../package.json";

const ROOT = join(import.meta.dir, "..");

/**
 * - No .env, bunfig.toml, tsconfig.json or package.json of the folder that plumb is started in may change what it does.
 * - Bytecode cuts the start from about 60 ms to 20, splitting another 3: a command loads only its own code.
 * - Names are kept and the source map is put inside, so that a stack trace reads like the source; minified names would
 *   save 0.1 MB of 124 and no time.
 */
const FLAGS = [
  "--compile",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  "--no-compile-autoload-tsconfig",
  "--no-compile-autoload-package-json",
  "--env=disable",
  "--format=esm",
  "--splitting",
  "--bytecode",
  "--minify-syntax",
  "--minify-whitespace",
  "--sourcemap=linked",
];

/** The thread that counts tokens: a thread begins with a file of its own, which a binary holds only as an entry. */
const THREADS = [join(ROOT, "src/tokens/counting-worker.ts")];

export interface BuildOptions {
  entry: string;
  outfile: string;
  /** "linux-arm64" and the like; null: the system this runs on. */
  target: string | null;
}

export const DEFAULT_BUILD: BuildOptions = {
  entry: join(ROOT, "src/main.ts"),
  outfile: join(ROOT, "dist/plumb"),
  target: null,
};

/** Builds; throws with the compiler's messages where that fails. The binary appears whole or not at all. */
export async function build(options: BuildOptions): Promise<void> {
  const target = options.target === null ? [] : crossFlags(options.target);
  const folder = dirname(resolve(options.outfile));
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, ".build-"));
  try {
    const name = basename(options.outfile);
    const defines = [
      `--define=PLUMB_VERSION=${JSON.stringify(version)}`,
      `--define=PLUMB_COMMIT=${JSON.stringify(await commit())}`,
    ];
    await run(
      [
        process.execPath,
        "build",
        ...FLAGS,
        ...target,
        ...defines,
        resolve(options.entry),
        ...THREADS,
        "--outfile",
        name,
      ],
      work,
    );
    renameSync(join(work, name), options.outfile);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Bun would download what it needs for another system; a build only uses what npm has brought and checked. */
function crossFlags(target: string): string[] {
  const match = /^(linux|darwin|windows)-(x64|arm64)(-musl)?$/.exec(target);
  if (match === null)
    throw new Error(`--target ${target}: it is linux, darwin or windows, then -x64 or -arm64, then maybe -musl`);
  const [, os, cpu, libc = ""] = match;
  const name = `@oven/bun-${os}-${cpu === "arm64" ? "aarch64" : cpu}${libc}`;
  const bun = join(ROOT, "node_modules", name, "bin", os === "windows" ? "bun.exe" : "bun");
  if (existsSync(bun)) return [`--target=bun-${target}`, `--compile-executable-path=${bun}`];
  const host = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  if (target === host) return [];
  throw new Error(
    `--target ${target}: Bun for it is not here; \`npm install --no-save --force ${name}@${devDependencies.bun}\` brings it`,
  );
}

/** The commit that is built, with "-dirty" where files differ from it; null outside a git checkout. */
async function commit(): Promise<string | null> {
  if (Bun.which("git") === null) return null;
  try {
    return await run(["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"], ROOT);
  } catch {
    return null;
  }
}

/** Nothing but PATH goes along: a build must not depend on who runs it. */
async function run(command: string[], cwd: string): Promise<string> {
  const child = Bun.spawn(command, {
    cwd,
    env: { PATH: process.env.PATH },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (code !== 0) throw new Error(`${command.slice(0, 2).join(" ")} ended with code ${code}\n${out}${err}`);
  return out.trim();
}

if (import.meta.main) {
  try {
    const { values } = parseArgs({ options: { target: { type: "string" }, outfile: { type: "string" } } });
    const target = values.target ?? null;
    const suffix = target === null ? "" : `-${target}${target.startsWith("windows") ? ".exe" : ""}`;
    const outfile = values.outfile ?? DEFAULT_BUILD.outfile + suffix;
    await build({ ...DEFAULT_BUILD, outfile, target });
    console.log(`${outfile}: ${(Bun.file(outfile).size / 1e6).toFixed(1)} MB`);
  } catch (error) {
    console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
