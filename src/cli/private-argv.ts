import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { maskCredentials } from "../config/endpoint.ts";
import { isSecretName, splitHeader } from "../config/headers.ts";
import { UserError } from "../config/user-error.ts";
import { readFlag, splitArguments } from "./split-arguments.ts";

const VARIABLE = "PLUMB_PRIVATE_ARGS";
const FOLDER = "plumb-private-";
const FILE = "arguments.json";
const MASK = "***";
const LARGEST_FILE = 4_000_000;

interface ProcessArguments {
  /** The arguments as the person wrote them. */
  rawArgs: string[];
  /** Says so where a secret could not be taken out of the process list; else null. */
  warning: string | null;
}

/**
 * Everyone on a machine can read every process's command line. Where these arguments hold a key, a secret header or a
 * URL with credentials, the program replaces itself (same process, same terminal) by itself with the secrets starred
 * out, and then finds the real arguments in a file that only this user can read, which it deletes. To be called first
 * thing; does not return where it replaces the process.
 * @throws UserError where the arguments are starred out and the file with the real ones cannot be trusted
 */
export function hideSecretsFromProcessList(rawArgs: string[]): ProcessArguments {
  const path = process.env[VARIABLE];
  delete process.env[VARIABLE];
  // Without a star in sight the variable is not about these arguments: a child has inherited it.
  if (path !== undefined && rawArgs.some((arg) => arg.includes(MASK))) {
    return { rawArgs: takePrivateArguments(path, rawArgs), warning: null };
  }
  const masked = maskSecrets(rawArgs);
  if (isOpen(rawArgs, masked)) return { rawArgs, warning: null };
  restart(rawArgs, process.env);
  const warning = "the key or password in the arguments stands in the process list: prefer --api-key-file";
  return { rawArgs, warning };
}

/**
 * The arguments with every secret starred out. Does not ask which command they are for, nor whether they are right:
 * a star too many does no harm.
 */
export function maskSecrets(rawArgs: string[]): string[] {
  const redacted = redactedNames(rawArgs);
  let name = "";
  let isKeyNext = false;
  return rawArgs.map((argument) => {
    // What stands behind a key's flag is the key, even if it begins with a dash.
    const flag = isKeyNext ? null : readFlag(argument);
    isKeyNext = false;
    if (flag === null) return maskValue(name, argument, redacted);
    name = flag.name;
    if (flag.inline !== null) return `${flag.written}=${maskValue(name, flag.inline, redacted)}`;
    isKeyNext = isKeyFlag(name);
    return argument;
  });
}

function isKeyFlag(name: string): boolean {
  return /apiKey$/i.test(name);
}

/** Headers that `--redact` names, in lower case. */
function redactedNames(rawArgs: string[]): Set<string> {
  const names = splitArguments(rawArgs, () => false).flags.filter(({ name }) => name === "redact");
  const texts = names.flatMap(({ inline, following }) => (inline === null ? following : [inline]));
  return new Set(texts.flatMap((text) => text.toLowerCase().split(/[\s,]+/)));
}

function maskValue(name: string, value: string, redacted: ReadonlySet<string>): string {
  if (isKeyFlag(name)) return MASK;
  if (name === "headers") {
    const header = splitHeader(value);
    // No header at all is likely the second half of one that was not quoted.
    if (header === null) return MASK;
    const secret = isSecretName(header.name) || redacted.has(header.name.toLowerCase());
    return secret ? `${header.name}=${MASK}` : value;
  }
  return name === "url" || name === "proxy" || value.includes("://") ? maskCredentials(value) : value;
}

/** Whether there was nothing to star out. */
function isOpen(rawArgs: string[], masked: string[]): boolean {
  return masked.every((arg, index) => arg === rawArgs[index]);
}

/**
 * Replaces the program by itself: same process, same terminal, the secrets in the arguments starred out.
 * Returns only where the process could not be replaced.
 */
export function restart(rawArgs: string[], environment: NodeJS.ProcessEnv): void {
  // Windows has no such call, and shows a command line to its owner alone.
  if (process.platform === "win32" || process.execve === undefined) return;
  // In a compiled binary Bun.main is a path inside the binary, which it finds by itself.
  const program = Bun.isStandaloneExecutable ? [] : [...process.execArgv, Bun.main];
  const masked = maskSecrets(rawArgs);
  const command = [process.execPath, ...program, ...masked];
  let folder: string | undefined;
  try {
    if (isOpen(rawArgs, masked)) process.execve(process.execPath, command, environment);
    folder = mkdtempSync(join(tmpdir(), FOLDER));
    const path = join(folder, FILE);
    // The process id outlives the replacement: it ties the file to this very process.
    writeFileSync(path, JSON.stringify({ pid: process.pid, rawArgs }), { mode: 0o600, flag: "wx" });
    process.execve(process.execPath, command, { ...environment, [VARIABLE]: path });
  } catch {
    // A full disk or a forbidden call is no reason not to run: the caller warns.
    if (folder !== undefined) removePrivateFolder(folder);
  }
}

function removePrivateFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Only this user can read it, and the run matters more.
  }
}

function takePrivateArguments(path: string, masked: string[]): string[] {
  const rawArgs = readPrivateArguments(path);
  if (rawArgs === null || maskSecrets(rawArgs).join("\0") !== masked.join("\0")) {
    throw new UserError(`${VARIABLE} is set, but not to this command's own arguments: unset it and start again`, 2);
  }
  // Only now: a forged path must not make us delete a file.
  removePrivateFolder(dirname(path));
  return rawArgs;
}

/** null for anything but a file that this very process has written. */
function readPrivateArguments(path: string): string[] | null {
  try {
    if (basename(path) !== FILE || !basename(dirname(path)).startsWith(FOLDER)) return null;
    const file = lstatSync(path);
    const isOurs = file.isFile() && file.uid === process.getuid?.() && (file.mode & 0o077) === 0;
    if (!isOurs || file.size > LARGEST_FILE) return null;
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof content !== "object" || content === null || !("pid" in content) || !("rawArgs" in content)) return null;
    const { pid, rawArgs } = content;
    const isList = Array.isArray(rawArgs) && rawArgs.every((arg) => typeof arg === "string");
    return pid === process.pid && isList ? rawArgs : null;
  } catch {
    return null;
  }
}
