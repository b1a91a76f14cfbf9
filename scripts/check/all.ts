// Every check of the sources, side by side: `npm run check`.
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const BIN = join(ROOT, "node_modules/.bin");

const CHECKS: { name: string; command: string[] }[] = [
  { name: "types", command: [join(BIN, "tsc"), "-p", "."] },
  { name: "types of the report's page", command: [join(BIN, "tsc"), "-p", "src/report/html/page"] },
  { name: "style", command: [join(BIN, "biome"), "ci", "--colors=off"] },
  { name: "imports", command: [process.execPath, "scripts/check/imports.ts"] },
  { name: "sizes", command: [process.execPath, "scripts/check/sizes.ts"] },
  { name: "unused code", command: [join(BIN, "knip"), "--no-progress"] },
];

export interface CheckResult {
  name: string;
  ok: boolean;
}

/** Runs all checks and prints a line for each, under it what it complained of. */
export async function runChecks(): Promise<CheckResult[]> {
  return Promise.all(
    CHECKS.map(async ({ name, command }) => {
      const start = performance.now();
      const child = Bun.spawn(command, { cwd: ROOT, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
      const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
      const ok = code === 0;
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      process.stdout.write(`(${ok ? "pass" : "fail"}) check ${name} [${seconds} s]\n${ok ? "" : `${out}${err}\n`}`);
      return { name, ok };
    }),
  );
}

if (import.meta.main) {
  const results = await runChecks();
  process.exit(results.every((result) => result.ok) ? 0 : 1);
}
