import type { RunConfig } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import type { ProbeAsk, ProbeResult } from "../engine/protocol.ts";

/** Asks an engine for one small request. */
export type Probe = (ask: ProbeAsk) => Promise<ProbeResult>;

type Failed = Extract<ProbeResult, { ok: false }>;

const POLL_MS = 1000;
/** A server's words in a message are cut to this many characters. */
const MOST_WORDS = 300;

/** Hears what is waited for. */
type Notice = (line: string) => void;

/** The first of the server's models. @throws UserError (exit 1) where it names none */
export async function findModel(config: RunConfig, probe: Probe, notice: Notice): Promise<string> {
  const url = modelsUrl(config.url);
  const result = await waitFor(config, () => probe({ kind: "get", url }), notice);
  if (!result.ok) {
    const known = explain(config, result);
    throw new UserError(known ?? `no model found at ${url} (${result.message}): give --model NAME`, 1);
  }
  const id = firstModel(result.body);
  if (id === null) throw new UserError(`${url} names no model: give --model NAME`, 1);
  return id;
}

/**
 * One small request to each URL, which are not recorded.
 * @throws UserError (exit 1) that names, of each that fails, the cause and what to do
 */
export async function testConnection(config: RunConfig, probe: Probe, notice: Notice): Promise<void> {
  const others = config.targets?.urls.slice(1) ?? [];
  // One after the other: nobody listens for two at the same time.
  const faults = [await testOne(config, () => probe({ kind: "generate" }), notice)];
  for (const url of others) {
    faults.push(await testOne({ ...config, url }, () => probe({ kind: "generate", url }), notice));
  }
  const told = faults.filter((fault) => fault !== null);
  if (told.length > 0) throw new UserError(told.join("\n"), 1);
}

async function testOne(config: RunConfig, ask: () => Promise<ProbeResult>, notice: Notice): Promise<string | null> {
  const result = await waitFor(config, ask, notice);
  if (result.ok || isHarmless(result)) return null;
  return explain(config, result) ?? otherCause(config, result);
}

/** One token may well be a reply without text; whether replies have any is the load's to tell. */
function isHarmless({ kind }: Failed): boolean {
  return kind === "empty";
}

async function waitFor(config: RunConfig, ask: () => Promise<ProbeResult>, notice: Notice): Promise<ProbeResult> {
  const until = performance.now() + config.waitReadyS * 1000;
  let cause = "";
  for (;;) {
    const result = inOneLine(await ask());
    if (result.ok || isFinal(result) || performance.now() + POLL_MS > until) return result;
    // A line for each change of it: first nobody listens, then the model is loaded.
    if (result.kind !== cause) {
      const { host } = new URL(config.url);
      notice(`${host} is not ready (${result.message}): waiting for it, ${config.waitReadyS} s at most`);
    }
    cause = result.kind;
    await Bun.sleep(POLL_MS);
  }
}

/** The server's words go to a terminal: nothing in them may fill it or steer it. */
function inOneLine(result: ProbeResult): ProbeResult {
  if (result.ok) return result;
  const line = result.message.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  return { ...result, message: line.length <= MOST_WORDS ? line : `${line.slice(0, MOST_WORDS)}…` };
}

/** Waiting changes nothing about a refused key or a wrong path. */
function isFinal({ status, kind, speaks }: Failed): boolean {
  if (kind === "plugin" || kind === "engine_lost" || speaks !== undefined) return true;
  return status !== null && status >= 400 && status < 500 && status !== 429;
}

function explain(config: RunConfig, { status, kind, message, speaks }: Failed): string | null {
  const { host, protocol } = new URL(config.url);
  if (speaks !== undefined) {
    return `--url: ${host} speaks ${speaks}, not ${protocol.slice(0, -1)} (${message}): give ${speaks}://${host}`;
  }
  if (status === 401 || status === 403) {
    return `${host} refused the key (${message}): give it with --api-key-file FILE, --api-key KEY or PLUMB_API_KEY`;
  }
  if ((kind === "tls" || kind === "timeout_connect") && message.includes("TLS handshake")) {
    return `--url: ${host} answers, but not TLS (${message}): is it http://?`;
  }
  const wait = config.waitReadyS === 0 ? ", or wait for it with --wait-ready 600" : "";
  switch (kind) {
    case "connect":
    case "timeout_connect":
      return `cannot connect to ${host} (${message}): is the server running and --url right? Start it${wait}`;
    case "dns":
      return `--url: no such host as ${new URL(config.url).hostname} (${message})`;
    case "tls":
      return `--url: no trusted TLS connection to ${host} (${message}): name its authority with --ca FILE, or do not check with --insecure`;
    default:
      return null;
  }
}

function otherCause(config: RunConfig, { status, message, kind }: Failed): string {
  if (status === 404) {
    const model = config.params.model;
    return `${config.url} answers ${message}: check the path in --url, and --model ${model} against ${modelsUrl(config.url)}`;
  }
  const skip = "--no-test-connection runs the load all the same";
  if (status !== null && status >= 400) return `the test request to ${config.url} failed (${message}); ${skip}`;
  return `the test request to ${config.url} failed (${kind}: ${message}); ${skip}`;
}

/** `/v1/models` beside the endpoint, whatever stands before `/v1`. */
function modelsUrl(endpoint: string): string {
  const url = new URL(endpoint);
  const version = url.pathname.match(/^.*\/v\d+(?=\/|$)/);
  url.pathname = `${version === null ? "/v1" : version[0]}/models`;
  url.search = "";
  return url.href;
}

function firstModel(body: string): string | null {
  try {
    const { data } = JSON.parse(body) as { data?: { id?: unknown }[] };
    const id = data?.[0]?.id;
    return typeof id === "string" && id !== "" ? id : null;
  } catch {
    return null;
  }
}
