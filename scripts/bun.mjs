// Runs a script with the Bun that `npm install` brought. Where npm was told to ignore install scripts, the `bun`
// package is only a stub; the platform package beside it still holds the real binary.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = join(fileURLToPath(import.meta.url), "../../node_modules");
const exe = process.platform === "win32" ? "bun.exe" : "bun";
const STUB_BYTES = 1_000_000;
// A cross build brings other systems' packages; they must not be taken for this one's.
const os = process.platform === "win32" ? "windows" : process.platform;
const platform = `bun-${os}-${process.arch === "arm64" ? "aarch64" : process.arch}`;

function candidates() {
  const packages = existsSync(join(modules, "@oven")) ? readdirSync(join(modules, "@oven")).sort() : [];
  return [
    join(modules, "bun/bin/bun.exe"),
    join(modules, "bun/bin/bun"),
    ...packages.filter((name) => name.startsWith(platform)).map((name) => join(modules, "@oven", name, "bin", exe)),
  ];
}

const bun = candidates().find((path) => existsSync(path) && statSync(path).size > STUB_BYTES);
if (bun === undefined) {
  console.error(
    "plumb: Bun is not installed here; run `npm install` first (its platform package may have been left out).",
  );
  process.exit(1);
}

const child = spawn(bun, process.argv.slice(2), { stdio: "inherit" });
// Ctrl-C reaches the child by itself (same process group); this parent only waits for it.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => signal === "SIGTERM" && child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
