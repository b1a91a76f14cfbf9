import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Why code in a folder that nobody named must not be run: somebody other than root and this user owns it or something
 * in it, or may write to it. Files that plugins import count as much as the plugins, so everything in it is looked at.
 * null: nothing is wrong. On Windows there is no such owner or mode to look at.
 */
export function distrust(folder: string): string | null {
  const user = process.getuid?.();
  return user === undefined ? null : distrustTree(folder, user, new Set());
}

function distrustTree(path: string, user: number, seen: Set<string>): string | null {
  const real = realpathSync(path);
  if (seen.has(real)) return null;
  seen.add(real);
  const found = statSync(real);
  const fault = distrustOne(real, found, user);
  if (fault !== null || !found.isDirectory()) return fault;
  for (const name of readdirSync(real)) {
    const entry = join(real, name);
    // A link that leads nowhere harms nobody.
    if (lstatSync(entry).isSymbolicLink() && statSync(entry, { throwIfNoEntry: false }) === undefined) continue;
    const inside = distrustTree(entry, user, seen);
    if (inside !== null) return inside;
  }
  return null;
}

function distrustOne(path: string, { uid, mode }: Stats, user: number): string | null {
  if (uid !== user && uid !== 0) return `${path} belongs to another user (uid ${uid})`;
  if ((mode & 0o022) !== 0) return `others may write to ${path} (chmod go-w makes it yours alone)`;
  return null;
}
