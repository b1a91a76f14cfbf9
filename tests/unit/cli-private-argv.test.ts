import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { maskSecrets } from "../../src/cli/private-argv.ts";
import { readRunCommand } from "../../src/cli/run-arguments.ts";

describe("maskSecrets", () => {
  test.each([
    [
      ["--api-key", "k"],
      ["--api-key", "***"],
    ],
    [
      ["--api_key=k", "x"],
      ["--api_key=***", "***"],
    ],
    [
      ["--apiKey", "-k", "--json"],
      ["--apiKey", "***", "--json"],
    ],
    [
      ["--api-key", "--json", "--json"],
      ["--api-key", "***", "--json"],
    ],
    [
      ["--wandb-api-key", "k"],
      ["--wandb-api-key", "***"],
    ],
    [
      ["--headers", "a=b", "Authorization: Bearer x"],
      ["--headers", "a=b", "Authorization=***"],
    ],
    [["--headers=x-api-key=k"], ["--headers=x-api-key=***"]],
    [
      ["--headers", "Authorization=Bearer", "k"],
      ["--headers", "Authorization=***", "***"],
    ],
    [
      ["--url", "http://u:p@h/v1"],
      ["--url", "http://***@h/v1"],
    ],
    [["--url=u:p@h:80"], ["--url=***@h:80"]],
    [
      ["--proxy", "http://u:p@proxy:3128"],
      ["--proxy", "http://***@proxy:3128"],
    ],
    [["--proxy=u:p@proxy:3128"], ["--proxy=***@proxy:3128"]],
    [
      ["--headers", "X-Team=k", "x-other=o", "--redact", "a,x-team"],
      ["--headers", "X-Team=***", "x-other=o", "--redact", "a,x-team"],
    ],
    [
      ["--redact=X-Team", "--headers=x-team: k"],
      ["--redact=X-Team", "--headers=x-team=***"],
    ],
    [
      ["show", "https://u:p@h"],
      ["show", "https://***@h"],
    ],
  ])("%p", (args, masked) => {
    expect(maskSecrets(args)).toEqual(masked);
  });

  test("leaves a command without secrets as it is", () => {
    const args = [
      "run",
      "--url",
      "http://h:80",
      "--api-key-file",
      "f",
      "--headers",
      "a=b",
      "--prompt",
      "a@b: c",
      "-n",
      "5",
    ];
    expect(maskSecrets(args)).toEqual(args);
  });

  test("whatever the reader takes for a secret is not left", () => {
    const secret = fc.stringMatching(/^[-\w.]{0,3}hunter2[-\w.]{0,3}$/);
    const spelling = fc.constantFrom("--api-key", "--api_key", "--apiKey", "--API-KEY", "--api-Key");
    const before = fc.constantFrom(
      [],
      ["--json"],
      ["--stop", "a"],
      ["--headers", "a=b"],
      ["--api-key", "old"],
      ["-n5"],
    );
    fc.assert(
      fc.property(secret, spelling, before, fc.boolean(), (key, name, others, inline) => {
        const args = ["--url", "http://h", ...others, ...(inline ? [`${name}=${key}`] : [name, key])];
        let taken: string | undefined;
        try {
          taken = readRunCommand(args, {}, () => "x").secrets.headers.authorization;
        } catch {
          // A spelling that the reader refuses may be masked or not.
        }
        if (taken === undefined) return;
        expect(taken).toBe(`Bearer ${key}`);
        expect(maskSecrets(args).join(" ")).not.toContain("hunter2");
      }),
    );
  });
});

// Windows shows a command line to its owner alone and cannot replace a process.
describe.skipIf(process.platform === "win32")("hideSecretsFromProcessList", () => {
  let folder: string;
  let temp: string;
  let script: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "private-argv-"));
    temp = join(folder, "temp");
    mkdirSync(temp);
    script = join(folder, "probe.ts");
    writeFileSync(
      script,
      `import { spawnSync } from "node:child_process";
       import { hideSecretsFromProcessList } from ${JSON.stringify(resolve(import.meta.dir, "../../src/cli/private-argv.ts"))};
       try {
         const result = hideSecretsFromProcessList(process.argv.slice(2));
         const listed = spawnSync("ps", ["-o", "args=", "-p", String(process.pid)]).stdout?.toString() ?? "";
         const variable = process.env.PLUMB_PRIVATE_ARGS ?? null;
         process.stdout.write(JSON.stringify({ ...result, pid: process.pid, listed, variable, argv: process.argv.slice(2) }));
       } catch (error) {
         process.stdout.write(JSON.stringify({ error: error.name + ": " + error.message }));
       }`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const start = (args: string[], env: Record<string, string> = {}) => {
    const child = Bun.spawnSync([process.execPath, script, ...args], { env: { ...process.env, TMPDIR: temp, ...env } });
    return { started: child.pid, ...JSON.parse(child.stdout.toString()), stderr: child.stderr.toString() };
  };
  const left = () => readdirSync(temp);

  test("the same process goes on with the real arguments, which are nowhere to be seen", () => {
    const args = ["run", "--api-key", "hunter2", "--prompt", 'two words "and" \n\u00fc', ""];
    const seen = start(args);
    expect(seen.rawArgs).toEqual(args);
    expect(seen.warning).toBeNull();
    expect(seen.pid).toBe(seen.started);
    expect(seen.argv).toEqual(args.with(2, "***"));
    expect(seen.listed).not.toContain("hunter2");
    expect(seen.variable).toBeNull();
    expect(seen.stderr).toBe("");
    expect(left()).toEqual([]);
  });

  test("without a secret nothing is done, and a variable that a child inherits is not minded", () => {
    expect(start(["run", "-n", "5"])).toMatchObject({ rawArgs: ["run", "-n", "5"], warning: null });
    expect(start(["run"], { PLUMB_PRIVATE_ARGS: "/nowhere" })).toMatchObject({ rawArgs: ["run"], variable: null });
    expect(start(["--api-key", "k"], { PLUMB_PRIVATE_ARGS: "/nowhere" }).rawArgs).toEqual(["--api-key", "k"]);
  });

  test("where there is no room for the file, it runs all the same and says so", () => {
    const seen = start(["--api-key", "k"], { TMPDIR: join(folder, "missing") });
    expect(seen.rawArgs).toEqual(["--api-key", "k"]);
    expect(seen.warning).toContain("process list");
  });

  test("a forged variable is an error, and no file is deleted", () => {
    const place = join(temp, "plumb-private-forged");
    mkdirSync(place, { mode: 0o700 });
    const path = join(place, "arguments.json");
    const forged = [
      () => "/nowhere/plumb-private-x/arguments.json",
      () => script,
      () => place,
      (): string => {
        writeFileSync(path, "{", { mode: 0o600 });
        return path;
      },
      (): string => {
        writeFileSync(path, JSON.stringify({ pid: 1, rawArgs: ["--api-key", "k"] }), { mode: 0o600 });
        return path;
      },
      (): string => {
        rmSync(path);
        symlinkSync(script, path);
        return path;
      },
    ];
    for (const make of forged) {
      const seen = start(["--api-key", "***"], { PLUMB_PRIVATE_ARGS: make() });
      expect(seen.error).toStartWith("UserError: PLUMB_PRIVATE_ARGS is set, but not to this command's own arguments");
    }
    expect(left()).toEqual(["plumb-private-forged"]);
    expect(readdirSync(place)).toEqual(["arguments.json"]);
    rmSync(place, { recursive: true });
  });
});
