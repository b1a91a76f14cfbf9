import { readFileSync } from "node:fs";
import type { RunConfig } from "../config/run-config.ts";
import { requestsOf, slotsAtMost } from "../load/stages.ts";

/** How long a closed connection holds its port on Linux (TIME_WAIT), in seconds. */
const HELD_S = 60;
/** Idle connections that fetch keeps in a process: beyond as many slots, a request may open one of its own. */
const IDLE_CONNECTIONS = 64;

export interface LocalPorts {
  first: number;
  last: number;
  /** net.ipv4.tcp_tw_reuse. 0: a held port stays held; 1: it serves a new connection after a second; 2: on loopback. */
  reuse: number;
}

/** Linux's settings; null: another system, where nothing is known. */
export function localPorts(): LocalPorts | null {
  const range = setting("ip_local_port_range");
  const reuse = setting("tcp_tw_reuse");
  if (range.length !== 2 || reuse.length !== 1) return null;
  return { first: range[0]!, last: range[1]!, reuse: reuse[0]! };
}

/**
 * Whether this machine's ports for outgoing connections last for a load: a line that says how far they go; null: they
 * do. An estimate, for how many connections stay open is the server's to decide too.
 */
export function portNotice(config: RunConfig, engines: number, ports = localPorts()): string | null {
  if (ports === null || config.connection.unix !== null) return null;
  const count = ports.last - ports.first + 1;
  const parallel = slotsAtMost(config.levels) ?? 0;
  const widen = 'sysctl -w net.ipv4.ip_local_port_range="1024 65535"';
  if (parallel > count) {
    return `--parallel ${parallel} needs as many local ports, and this machine has ${count} for one address: ${widen}`;
  }
  const opened = mostOpened(config, parallel, engines);
  if (opened <= count || ports.reuse === 1 || (ports.reuse === 2 && isLoopback(config))) return null;
  const keep =
    config.connection.use === "pooled" ? "--transport socket, which keeps" : "--connections pooled, which keeps";
  return (
    `up to ${opened} connections are opened, and each holds a local port for ${HELD_S} s after its end: above ` +
    `${Math.floor(count / HELD_S)} a second the machine's ${count} ports run out; ${keep} connections, or ${widen}`
  );
}

function mostOpened({ connection, levels }: RunConfig, parallel: number, engines: number): number {
  const kept = connection.transport === "socket" || Math.ceil(parallel / engines) <= IDLE_CONNECTIONS;
  if (connection.use === "pooled" && kept) return parallel;
  return levels.reduce((sum, level) => sum + (requestsOf(level) ?? 0), 0);
}

function isLoopback({ connection, url }: RunConfig): boolean {
  const target = connection.proxy ?? url;
  return URL.canParse(target) && /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(target).hostname);
}

function setting(name: string): number[] {
  try {
    return readFileSync(`/proc/sys/net/ipv4/${name}`, "utf8").trim().split(/\s+/).map(Number);
  } catch {
    return [];
  }
}
