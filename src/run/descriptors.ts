import { readFileSync } from "node:fs";
import { UserError } from "../config/user-error.ts";

/** What an engine has open besides its requests: up to 64 idle connections of fetch, channel, files, event loops. */
const BESIDES_REQUESTS = 128;

export interface OpenFileLimits {
  /** What this process may have open, and every engine, which inherits it. */
  soft: number;
  /** What it may raise that to. */
  hard: number;
}

/** What Linux says of this process; null: another system, where nothing is known. */
export function openFileLimits(limits = readLimits()): OpenFileLimits | null {
  const match = /^Max open files +(\d+|unlimited) +(\d+|unlimited)/m.exec(limits ?? "");
  if (match === null) return null;
  const [soft, hard] = match.slice(1).map((text) => (text === "unlimited" ? Number.POSITIVE_INFINITY : Number(text)));
  return { soft: soft!, hard: hard! };
}

/**
 * Every request at once is an open file in its engine. Bun raises its soft limit to the hard one when it starts, so the
 * first that counts is what the system allows.
 * @throws UserError (exit 2) where an engine could not open so many
 */
export function checkDescriptors(parallel: number, engines: number, limits = openFileLimits()): void {
  if (limits === null) return;
  const needed = Math.ceil(parallel / engines) + BESIDES_REQUESTS;
  if (needed <= limits.soft) return;
  const room = Math.max(0, limits.soft - BESIDES_REQUESTS);
  const wanted = Math.max(needed, 20_000);
  const enough = Math.ceil(parallel / room);
  const raise =
    needed <= limits.hard
      ? `\`ulimit -n ${Math.min(wanted, limits.hard)}\``
      : `\`ulimit -n ${wanted}\` as root (the hard limit is ${limits.hard})`;
  const ways = [
    raise,
    ...(room > 0 && enough <= 256 ? [`--engines ${enough}`] : []),
    ...(room > 0 ? [`--parallel ${room * engines} at most`] : []),
  ];
  throw new UserError(
    `--parallel ${parallel} needs ${needed} open files in an engine process, and the system allows ${limits.soft}: ` +
      ways.join(", or "),
    2,
  );
}

function readLimits(): string | null {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return null;
  }
}
