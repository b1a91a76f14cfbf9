const POLL_MS = 20;

/** Waits until `holds` does. @throws after `seconds`, naming what was waited for */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  const until = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await Bun.sleep(POLL_MS);
  }
}
