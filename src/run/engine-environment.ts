/**
 * What an engine may not inherit: proxies would be obeyed by fetch even for 127.0.0.1 and put themselves into every
 * time; a key in the environment could be read by anyone who may read the process.
 */
const WITHHELD = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "PLUMB_API_KEY", "OPENAI_API_KEY"];

/**
 * The runtime's own switches: they run a file first (BUN_OPTIONS), print every request with its key
 * (BUN_CONFIG_VERBOSE_FETCH), turn TLS checks off (NODE_TLS_REJECT_UNAUTHORIZED) or change what is measured. The main
 * process cannot help having been started with them.
 */
const SWITCHES = /^(?:BUN|NODE|JSC)_/;
/** Whom to trust is the system's and the person's to say. */
const TRUST = ["NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA"];

/** The most that Bun takes. Without it fetch silently holds the 257th request back. */
const MAX_HTTP_REQUESTS = "65535";

/**
 * Bodies come and go all the time: memory given back after 10 ms is faulted in again at once. Half a second saves 5% of
 * CPU and costs 40 MB at 1,000 at once; two seconds save little more and cost 100 MB.
 */
const PURGE_DELAY_MS = "500";

/**
 * What the collector of garbage takes the machine's memory to be, for each request at once: with all of it, it lets the
 * heap double before it looks again. At 1,000 at once this saves 40 MB of 180 and costs nothing that could be measured;
 * half of it for each request cost 10% of CPU at 4,000.
 */
const HEAP_A_SLOT = 256 * 2 ** 10;
const LEAST_SLOTS = 1000;

/**
 * The environment of an engine process. The last tier of the compiler is off: an engine's time goes to the system and to
 * native code, and what that tier compiles never earns its cost. Measured 20 to 25% less CPU at 64 at once, 10 to 15% at
 * one-token replies, in long runs too.
 *
 * @param slots requests at once; null: any number
 */
export function engineEnvironment(own: NodeJS.ProcessEnv, slots: number | null): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !isWithheld(name.toUpperCase())) environment[name] = value;
  }
  environment.BUN_CONFIG_MAX_HTTP_REQUESTS = MAX_HTTP_REQUESTS;
  environment.MIMALLOC_PURGE_DELAY = PURGE_DELAY_MS;
  environment.BUN_JSC_useFTLJIT = "0";
  if (slots !== null) environment.BUN_JSC_forceRAMSize = String(HEAP_A_SLOT * Math.max(LEAST_SLOTS, slots));
  return environment;
}

function isWithheld(name: string): boolean {
  return WITHHELD.includes(name) || (SWITCHES.test(name) && !TRUST.includes(name));
}
