import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";

const SCRIPT = `
  const { runCommand } = await import("citty");
  const command = (await import("./src/cli/mock.ts")).default;
  try { await runCommand(command, { rawArgs: process.argv.slice(1) }); }
  catch (error) { process.stderr.write(error.name + ": " + error.message); process.exit(error.exitCode ?? 70); }
`;

function run(...args: string[]) {
  return Bun.spawn([process.execPath, "-e", SCRIPT, "--", ...args], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdout: "pipe",
    stderr: "pipe",
  });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`runs where its first line says until ${signal}, as its flags say`, async () => {
    const child = run(
      "--port",
      "0",
      "--tokens",
      "3-3",
      "--ttft=1.5",
      "--itl",
      "0",
      "--model",
      "m",
      "--no-usage",
      "--api-key",
      "k",
    );
    const output = child.stdout.getReader();
    const line = new TextDecoder().decode((await output.read()).value);
    expect(line).toMatch(/^plumb mock on http:\/\/127\.0\.0\.1:\d+\/v1\n$/);
    const url = line.trim().split(" ").at(-1)!;
    const reply = await fetch(`${url}/chat/completions`, {
      method: "POST",
      headers: { Authorization: "Bearer k" },
      body: JSON.stringify({ messages: [{ role: "user", content: "hi" }] }),
    });
    const body = await reply.json();
    expect(body).toMatchObject({ model: "m", choices: [{ message: { content: " plumb line hangs" } }] });
    expect(body).not.toHaveProperty("usage");
    child.kill(signal);
    expect(await child.exited).toBe(0);
  });
}

test.each([
  ["--port=70000", "--port: 70000 is above the most allowed, 65535"],
  ["--port=http", '--port: "http" is not a whole number'],
  ["--ttft=5-", '--ttft: "5-" is neither a number nor a range such as 10-20'],
  ["--ttft=20-10", "--ttft: the range 20-10 ends below its beginning"],
  ["--itl=-1", '--itl: "-1" is neither a number nor a range such as 10-20'],
  ["--itl=0x10", '--itl: "0x10" is not a number'],
  ["--tokens=1.5", '--tokens: "1.5" is not a whole number'],
  ["--tokens=1-2-3", '--tokens: "1-2-3" is neither a number nor a range such as 10-20'],
  ["--seed=-1", "--seed: -1 is below the least allowed, 0"],
  ["--chunk-tokens=0", "--chunk-tokens: 0 is below the least allowed, 1"],
  ["--itls=5", "unknown flag --itls"],
])("%s is refused, with exit code 2", async (flag, message) => {
  const child = run(flag, ...(flag.startsWith("--port") ? [] : ["--port", "0"]));
  expect(await child.exited).toBe(2);
  expect(await new Response(child.stderr).text()).toStartWith(`UserError: ${message}`);
});
