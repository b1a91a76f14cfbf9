import type { Summary } from "../../src/metrics/summary-model.ts";
import { Workspace } from "./plumb.ts";
import { type ResultRow, results } from "./record.ts";
import { type Script, ScriptedServer } from "./scripted-server.ts";

export interface ScriptedRun {
  row: ResultRow;
  /** `row.response_messages`, parsed. */
  messages: unknown[];
  summary: Summary;
  code: number;
}

/** One request of `plumb run` to a server that answers by the script. */
export async function runAgainst(script: Script, ...flags: string[]): Promise<ScriptedRun> {
  using server = new ScriptedServer({ it: script });
  using workspace = new Workspace();
  const target = ["--url", server.url("it"), "--model", "m", "--no-test-connection", "--prompt", "hi", "--number", "1"];
  const { code, out, err } = await workspace.plumb(["run", ...target, "--json", ...flags]);
  const [folder] = workspace.runs();
  if (folder === undefined) throw new Error(`nothing was recorded: ${err}`);
  const [row, ...more] = results(workspace.join(folder));
  if (row === undefined || more.length > 0) throw new Error(`${more.length + 1} rows were recorded: ${err}`);
  return { row, messages: JSON.parse(row.response_messages ?? "[]"), summary: JSON.parse(out), code };
}

/** An event of /chat/completions with one choice. */
export function delta(content: Record<string, unknown>, more: Record<string, unknown> = {}, index = 0) {
  return { choices: [{ index, delta: content, finish_reason: null }], ...more };
}

export function finish(reason = "stop", index = 0) {
  return { choices: [{ index, delta: {}, finish_reason: reason }] };
}

export function usage(prompt: number, completion: number, more: Record<string, unknown> = {}) {
  return { choices: [], usage: { prompt_tokens: prompt, completion_tokens: completion, ...more } };
}
