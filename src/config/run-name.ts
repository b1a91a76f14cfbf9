import type { RunConfig } from "./run-config.ts";

const LONGEST = 100;
/** What no file system takes, and what a terminal that lists the folder would obey. */
const UNFIT = /[<>:"|?*\\/\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * The folder name of a run: the one that was given, else the last part of the model's name.
 * A model's name may come from the server, so nothing in it can lead out of the outputs' folder.
 */
export function runName(config: Pick<RunConfig, "name"> & { params: Pick<RunConfig["params"], "model"> }): string {
  const lastPart = config.params.model.split("/").findLast((part) => part !== "") ?? "";
  const wanted = config.name === "" ? lastPart : config.name;
  const name = wanted.replace(UNFIT, "_").slice(0, LONGEST);
  return /^\.*$/.test(name) ? "run" : name;
}
