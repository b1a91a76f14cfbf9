import { expect, test } from "bun:test";
import { join } from "node:path";

const MODULE = join(import.meta.dir, "../../src/cli/run-as-child.ts");

/** Runs a program as the child of another one, which is Bun with `runAsChild`. */
function start(child: string) {
  const source = `
    import { runAsChild } from ${JSON.stringify(MODULE)};
    Bun.main = "--eval";
    process.exitCode = await runAsChild([${JSON.stringify(child)}], { ...process.env, FROM_PARENT: "yes" });
  `;
  return Bun.spawn([process.execPath, "--eval", source], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
}

test("its output, environment and exit code are the child's", async () => {
  const parent = start('console.log(process.env.FROM_PARENT); console.error("err"); process.exitCode = 7;');
  const [out, err, code] = await Promise.all([parent.stdout.text(), parent.stderr.text(), parent.exited]);
  expect({ out, err, code }).toEqual({ out: "yes\n", err: "err\n", code: 7 });
});

test("SIGTERM is passed on, and what the child makes of it counts", async () => {
  const parent = start('process.on("SIGTERM", () => process.exit(4)); console.log("up"); setInterval(() => {}, 1000);');
  const reader = parent.stdout.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("up\n");
  parent.kill("SIGTERM");
  expect(await parent.exited).toBe(4);
});

test("a child that a signal ends gives 128 and the signal's number", async () => {
  expect(await start('process.kill(process.pid, "SIGKILL"); await Bun.sleep(5000);').exited).toBe(137);
});
