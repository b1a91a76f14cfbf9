import { readdirSync, readFileSync } from "node:fs";

export const HAS_PROC = process.platform === "linux";

/** A file of /proc, fields parted by NUL turned into spaces; empty for a process that has gone. */
export function processFile(pid: number, name: "cmdline" | "environ" | "stat"): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** Every process of the group that `leader` leads or led; zombies are none. */
export function groupOf(leader: number): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    // After the name in brackets, which may hold anything: state, parent, group.
    const [state, , group] = processFile(pid, "stat")
      .replace(/^.*\) /s, "")
      .split(" ");
    return Number(group) === leader && state !== "Z";
  });
}

export function enginesOf(leader: number): number[] {
  return groupOf(leader).filter((pid) => pid !== leader && processFile(pid, "cmdline").includes("__engine"));
}
