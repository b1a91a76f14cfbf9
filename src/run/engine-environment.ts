/**
 * What an engine may not inherit: proxies would be obeyed by fetch even for 127.0.0.1 and put themselves into every
 * time; a key in the environment could be read by anyone who may read the process; TLS checks are turned off by flags.
 */
const WITHHELD = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "NO_PROXY",
  "PLUMB_API_KEY",
  "OPENAI_API_KEY",
  "NODE_TLS_REJECT_UNAUTHORIZED",
];

/** The most that Bun takes. Without it fetch silently holds the 257th request back. */
const MAX_HTTP_REQUESTS = "65535";

/** Bodies come and go all the time: memory given back after 10 ms is faulted in again at once. Saves 5 to 8% of CPU. */
const PURGE_DELAY_MS = "2000";

/** The environment of an engine process. */
export function engineEnvironment(own: NodeJS.ProcessEnv): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !WITHHELD.includes(name.toUpperCase())) environment[name] = value;
  }
  environment.BUN_CONFIG_MAX_HTTP_REQUESTS = MAX_HTTP_REQUESTS;
  environment.MIMALLOC_PURGE_DELAY = PURGE_DELAY_MS;
  return environment;
}
