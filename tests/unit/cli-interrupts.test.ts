import { expect, test } from "bun:test";
import { join } from "node:path";

const INTERRUPTS = join(import.meta.dir, "..", "..", "src", "cli", "interrupts.ts");

/** Runs a program that listens for Ctrl-C as a run does; `act` stands between. */
async function program(act: string): Promise<{ out: string; code: number; signal: NodeJS.Signals | number | null }> {
  const source = `
    const { listenForInterrupts } = await import(${JSON.stringify(INTERRUPTS)});
    const heard = listenForInterrupts();
    const press = async (signal = "SIGINT") => { process.kill(process.pid, signal); await Bun.sleep(50); };
    ${act}
    process.stdout.write("report " + heard.stop.aborted + " " + heard.abort.aborted);
  `;
  const child = Bun.spawn([process.execPath, "-e", source], { stdout: "pipe", stderr: "pipe" });
  const out = await new Response(child.stdout).text();
  return { out, code: await child.exited, signal: child.signalCode };
}

test("the first lets what is in flight finish, the second gives it up; SIGTERM counts as one", async () => {
  expect((await program("await press();")).out).toBe("report true false");
  expect((await program("await press(); await press('SIGTERM');")).out).toBe("report true true");
});

test("a second one that comes as the last reply ends does not cost the report, and a third does", async () => {
  const once = await program("await press(); heard.close(); await press();");
  expect(once).toEqual({ out: "report true false", code: 0, signal: null });
  const again = await program("await press(); heard.close(); await press(); await press();");
  expect(again).toMatchObject({ out: "", signal: "SIGINT" });
});

test("after a run that nobody interrupted Ctrl-C ends the program as ever", async () => {
  expect(await program("heard.close(); await press();")).toMatchObject({ out: "", signal: "SIGINT" });
});
