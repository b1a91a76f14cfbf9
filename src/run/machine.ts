import os from "node:os";
import { version as plumbVersion } from "../../package.json";
import type { RunRow } from "../record/rows.ts";

/** The machine that plumb runs on, for the record. */
export function thisMachine(): RunRow["machine"] {
  return {
    os: `${os.platform()} ${os.release()} ${os.arch()}`,
    cpu: os.cpus()[0]?.model ?? "",
    cores: os.availableParallelism(),
    memoryMb: Math.round(os.totalmem() / 1e6),
    hostname: os.hostname(),
  };
}

export function versions(): RunRow["versions"] {
  return { plumb: plumbVersion, bun: Bun.version };
}
