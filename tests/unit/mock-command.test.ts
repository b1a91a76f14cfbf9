import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FAULTS } from "../../src/mock/faults.ts";
import { SELF_SIGNED } from "./self-signed.ts";

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
  ["--fault=rest=0.1", '--fault: unknown fault "rest": did you mean reset? There are reset, reset-early,'],
  ["--fault=all=0.5", "--fault: the shares add up to 18, which is above 1"],
  ["--fault-large-mb=0", "--fault-large-mb: 0 is below the least allowed, 0.001"],
  ["--tls-cert=/none", '--tls-cert: cannot read "/none": no such file'],
  ["--tls-key=package.json", "--tls-key needs --tls-cert too"],
])("%s is refused, with exit code 2", async (flag, message) => {
  const child = run(flag, ...(flag.startsWith("--port") ? [] : ["--port", "0"]));
  expect(await child.exited).toBe(2);
  expect(await new Response(child.stderr).text()).toStartWith(`UserError: ${message}`);
});

test("breaks replies on demand, over https, and tells what it did", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plumb-mock-"));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  writeFileSync(cert, SELF_SIGNED.cert);
  writeFileSync(key, SELF_SIGNED.key);
  const child = run(
    "--port=0",
    "--ttft=1",
    "--itl=0",
    "--fault",
    "http-503=1",
    `--tls-cert=${cert}`,
    `--tls-key=${key}`,
  );
  try {
    const line = new TextDecoder().decode((await child.stdout.getReader().read()).value);
    const url = /^plumb mock on (https:\/\/127\.0\.0\.1:\d+\/v1)\n$/.exec(line)![1]!;
    const tls = { ca: SELF_SIGNED.cert };
    const body = JSON.stringify({ messages: [{ role: "user", content: "hi" }] });
    expect((await fetch(`${url}/chat/completions`, { method: "POST", body, tls })).status).toBe(503);
    const stats = await (await fetch(`${url}/stats`, { tls })).json();
    expect(stats).toMatchObject({ whole: 0, broken: 1, faults: { "http-503": { met: 1, missed: 0, chunks: 0 } } });
  } finally {
    child.kill();
    rmSync(folder, { recursive: true });
  }
});

test("--help says what each fault does", async () => {
  const child = Bun.spawn([process.execPath, "src/main.ts", "mock", "--help"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdout: "pipe",
    stderr: "pipe",
  });
  const text = (await new Response(child.stdout).text()) + (await new Response(child.stderr).text());
  for (const [name, { help }] of Object.entries(FAULTS)) {
    expect(text).toContain(`--fault ${name}=`);
    expect(text).toContain(help);
  }
});
