import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { ConnectionConfig } from "../config/run-config.ts";
import { type Address, addressOf } from "./address.ts";
import { dial } from "./dial.ts";
import { isConnected } from "./tcp-table.ts";

/** How long an answer stays good, at most: at 1,000 late requests one connection tells for all. */
const FRESH_MS = 1000;
const LEAST_FRESH_MS = 200;
const LOOKUP_MS = 1000;

/** no-tls: connected, but nobody on the other side takes part in a TLS handshake. */
export type Reach = "reachable" | "unreachable" | "no-tls";

interface Known {
  address: Address;
  tls: boolean;
  /** Something has come back from there: it speaks what the URL says. */
  answered: boolean;
  asking: boolean;
  found: { reach: Reach; askedAt: number; at: number } | null;
}

/**
 * Whether connections to a URL's address come about, for requests of which the transport cannot tell. Waiting for a head
 * is mostly prefill, and a full accept queue lets nobody in while those inside wait: so an address counts as
 * unreachable only where no connection to it stands, and none can be opened.
 */
export class Reachability {
  readonly #known = new Map<string, Known>();
  /** One run asks one URL: spares the reading of it. */
  #last: { url: string; known: Known } | null = null;

  constructor(
    readonly now: () => number,
    readonly connection: Pick<ConnectionConfig, "proxy" | "unix">,
    /** Longest time for one answer, in milliseconds. */
    readonly limitMs: number,
  ) {}

  /** What was found out since `since`, by the last second's answer; null: not known, and asked for by this. */
  look(url: string, since: number): Reach | null {
    const known = this.#of(url);
    const { found } = known;
    const isFresh =
      found !== null && this.now() - found.at < Math.max(LEAST_FRESH_MS, Math.min(FRESH_MS, this.limitMs));
    if (!isFresh && !known.asking) void this.#ask(known);
    return isFresh && found.askedAt >= since ? found.reach : null;
  }

  /** To be told of every reply: cheap for the same URL again and again. */
  answered(url: string): void {
    if (this.#last?.url !== url || !this.#last.known.answered) this.#of(url).answered = true;
  }

  #of(url: string): Known {
    if (this.#last?.url === url) return this.#last.known;
    const { protocol, host } = new URL(url);
    const key = `${protocol}//${host}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      // Behind a proxy only the way to the proxy can be seen.
      const tls = protocol === "https:" && this.connection.proxy === null;
      const address = addressOf(url, this.connection);
      known = { address, tls, answered: false, asking: false, found: null };
      this.#known.set(key, known);
    }
    this.#last = { url, known };
    return known;
  }

  async #ask(known: Known): Promise<void> {
    known.asking = true;
    const askedAt = this.now();
    const reach = await this.#find(known);
    known.asking = false;
    known.found = { reach, askedAt, at: this.now() };
  }

  async #find({ address, tls, answered }: Known): Promise<Reach> {
    const handshake = tls && !answered;
    // A look at the system's table opens no connection: in a long prefill the service sees nothing of this.
    if (!handshake && (await stands(address))) return "reachable";
    const reach = await connects(address, handshake, this.limitMs);
    return reach === "unreachable" && (await stands(address)) ? "reachable" : reach;
  }
}

async function stands(address: Address): Promise<boolean> {
  if ("unix" in address) return false;
  return isConnected(await addressesOf(address.hostname), address.port);
}

async function addressesOf(hostname: string): Promise<string[]> {
  if (isIP(hostname) !== 0) return [hostname];
  const all = lookup(hostname, { all: true }).then((found) => found.map(({ address }) => address));
  return Promise.race([all.catch(() => []), Bun.sleep(LOOKUP_MS).then(() => [])]);
}

/** A certificate that nobody trusts, a handshake cut off: they are answers, and the request meets them itself. */
function connects(address: Address, handshake: boolean, limitMs: number): Promise<Reach> {
  return dial<Reach>(address, {
    tls: handshake,
    limitMs,
    opened: () => (handshake ? null : "reachable"),
    shaken: () => "reachable",
    heard: () => null,
    closed: (wasOpen) => (wasOpen ? "reachable" : "unreachable"),
    silent: (wasOpen) => (wasOpen ? "no-tls" : "unreachable"),
  });
}
