import { UserError } from "../config/user-error.ts";
import { nearest } from "../registry/nearest.ts";
import { divertConsole } from "../registry/plugin-voice.ts";

/** Reads its own arguments and returns the exit code. */
type Action = (rawArgs: string[]) => Promise<number>;

/** What a command can do, by the word behind its name; loaded one at a time. */
export type ActionTable = Record<string, () => Promise<Action>>;

/** Runs the action that the first argument names. @throws UserError (exit 2) where there is none of that name */
export async function runAction(command: string, actions: ActionTable, rawArgs: string[]): Promise<number> {
  divertConsole();
  const [name, ...rest] = rawArgs;
  const names = Object.keys(actions);
  if (name === undefined) throw new UserError(`${command}: say what to do: ${names.join(", ")}`, 2);
  const load = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (load !== undefined) return (await load())(rest);
  const near = nearest(name, names);
  const hint = near === undefined ? `say ${names.join(", ")}` : `did you mean ${near}?`;
  throw new UserError(`${command}: unknown action ${name}: ${hint}`, 2);
}
