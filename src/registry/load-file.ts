import { Mistakes } from "../config/mistakes.ts";
import { UserError } from "../config/user-error.ts";
import { type Plugin, readPlugins } from "./plugin-shape.ts";
import { hearLog, labelVoice } from "./plugin-voice.ts";
import { providePlumbModule } from "./plumb-module.ts";
import { shownPath } from "./shown-path.ts";

/** A file that has not been loaded by then waits for something at its top level that never comes. */
const LONGEST_LOAD_MS = 10_000;

/** What Bun throws where a file cannot be understood. */
interface BuildFault {
  message: string;
  position?: { file: string; line: number; column: number } | null;
}

/** Makes this process ready for plugin files: gives them the module "plumb", and hears what they log. */
export function receivePlugins(): void {
  providePlumbModule();
  hearLog();
}

/**
 * The plugins of one file, which is run for that; a second call does not run it again.
 * @throws UserError (exit 2) with a line for each fault, naming the file, the member or line, and the reason
 */
export async function loadPluginFile(file: string): Promise<Plugin[]> {
  labelVoice(file);
  const { plugins, faults } = readPlugins(await importDefault(file));
  const mistakes = new Mistakes();
  for (const fault of faults) mistakes.add(`${shownPath(file)}: ${fault}`);
  mistakes.throwIfAny();
  const [first, ...more] = plugins;
  if (first !== undefined && more.length === 0) labelVoice(file, first.plugin.name);
  return plugins;
}

async function importDefault(file: string): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    const reason = `an await at its top level has not ended within ${LONGEST_LOAD_MS / 1000} s`;
    timer = setTimeout(() => reject(new Error(reason)), LONGEST_LOAD_MS);
  });
  try {
    const module = (await Promise.race([import(file), tooLong])) as { default?: unknown };
    return module.default;
  } catch (error) {
    throw new UserError(describe(file, error), 2, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** In one line: file, line, message. */
function describe(file: string, error: unknown): string {
  const [fault = error] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  const { message, position } = (typeof fault === "object" ? (fault ?? {}) : {}) as Partial<BuildFault>;
  const reason = (message ?? String(fault)).replace(/\s+/g, " ").trim();
  if (position) return `${shownPath(position.file || file)}:${position.line}:${position.column}: ${reason}`;
  const place = fault instanceof Error ? placeIn(fault.stack ?? "", file) : null;
  return `${shownPath(file)}${place === null ? "" : `:${place}`}: ${reason}`;
}

/** "line:column" of the first frame that is in the file. */
function placeIn(stack: string, file: string): string | null {
  const frame = stack.split("\n").find((line) => line.includes(`${file}:`));
  return frame === undefined ? null : (/:(\d+:\d+)\)?$/.exec(frame)?.[1] ?? null);
}
