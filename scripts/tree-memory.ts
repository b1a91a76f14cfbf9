import { readdirSync, readFileSync } from "node:fs";

/** What a process and everything it has started hold, in MB. */
export interface TreeMemory {
  /** Shared pages counted by share: the sum over processes is what the machine gives. */
  pssMb: number;
  /** The same of the root process alone. */
  rootMb: number;
  /** Shared pages counted in each process. */
  rssMb: number;
}

/** Linux alone tells. @returns null where the root has gone */
export function treeMemory(root: number): TreeMemory | null {
  const parents = parentsOfAll();
  if (!parents.has(root)) return null;
  const tree = [...parents.keys()].filter((pid) => descends(pid, root, parents));
  const memory: TreeMemory = { pssMb: 0, rootMb: 0, rssMb: 0 };
  for (const pid of tree) {
    const rollup = processFile(pid, "smaps_rollup");
    const pssMb = megabytes(rollup, "Pss");
    if (pid === root) memory.rootMb = pssMb;
    memory.pssMb += pssMb;
    memory.rssMb += megabytes(rollup, "Rss");
  }
  return memory;
}

function parentsOfAll(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // Behind the name in brackets, which may hold anything: state, parent.
    const [state, parent] = processFile(Number(name), "stat")
      .replace(/^.*\) /s, "")
      .split(" ");
    if (parent !== undefined && state !== "Z") parents.set(Number(name), Number(parent));
  }
  return parents;
}

function descends(pid: number, root: number, parents: Map<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) {
    if (at === root) return true;
  }
  return false;
}

/** Empty for a process that has gone meanwhile. */
function processFile(pid: number, name: "stat" | "smaps_rollup"): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** The kernel's "kB" are 1,024 bytes. */
function megabytes(rollup: string, field: "Pss" | "Rss"): number {
  const value = new RegExp(`^${field}: +(\\d+) kB`, "m").exec(rollup)?.[1];
  return (Number(value ?? 0) * 1024) / 1e6;
}
