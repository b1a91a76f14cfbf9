import { engineEnvironment } from "../run/engine-environment.ts";

/** What of an engine's environment a script's process cannot do without: it may hold an engine itself. */
const FROM_ENGINES = ["BUN_CONFIG_MAX_HTTP_REQUESTS", "MIMALLOC_PURGE_DELAY"];
/** fetch would obey them: TLS checks are turned off by flags, and the other prints every request with its key. */
const WITHHELD = ["NODE_TLS_REJECT_UNAUTHORIZED", "BUN_CONFIG_VERBOSE_FETCH"];

/**
 * The environment of the process that runs a script; null where `own` is as it must be. Keys stay, for they are the
 * script's to read, and so do proxies: the script's own fetch obeys them, engines never do.
 */
export function scriptEnvironment(own: NodeJS.ProcessEnv): Record<string, string> | null {
  const engine = engineEnvironment(own, null);
  const raised = FROM_ENGINES.every((name) => own[name] === engine[name]);
  // Not `in`: Bun always has a getter of the name.
  if (raised && WITHHELD.every((name) => own[name] === undefined)) return null;
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !WITHHELD.includes(name)) environment[name] = value;
  }
  for (const name of FROM_ENGINES) environment[name] = engine[name]!;
  return environment;
}
