/** What ends a terminal's programs; SIGINT is not among them, for the terminal gives it to the child too. */
const PASSED_ON = ["SIGTERM", "SIGHUP"] as const;

/**
 * This program again with another environment, where a process cannot replace itself: input and output are shared,
 * signals passed on.
 * @returns the child's exit code; a signal that ended it counts as in a shell, 128 and its number
 */
export async function runAsChild(rawArgs: string[], environment: Record<string, string>): Promise<number> {
  const program = Bun.isStandaloneExecutable ? [] : [...process.execArgv, Bun.main];
  const child = Bun.spawn([process.execPath, ...program, ...rawArgs], {
    env: environment,
    stdio: ["inherit", "inherit", "inherit"],
  });
  const passOn = (signal: NodeJS.Signals) => child.kill(signal);
  const stay = () => {};
  for (const signal of PASSED_ON) process.on(signal, passOn);
  process.on("SIGINT", stay);
  try {
    return await child.exited;
  } finally {
    for (const signal of PASSED_ON) process.off(signal, passOn);
    process.off("SIGINT", stay);
  }
}
