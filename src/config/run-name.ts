import type { RunConfig } from "./run-config.ts";

const LONGEST = 100;

/**
 * The folder name of a run: the one that was given, else the last part of the model's name.
 * A model's name may come from the server, so nothing in it can lead out of the outputs' folder.
 */
export function runName(config: Pick<RunConfig, "name"> & { params: Pick<RunConfig["params"], "model"> }): string {
  const lastPart = config.params.model.split("/").findLast((part) => part !== "") ?? "";
  const wanted = config.name === "" ? lastPart : config.name;
  const name = wanted.replace(/[<>:"|?*\\/\x00-\x1f\x7f]/g, "_").slice(0, LONGEST);
  return /^\.*$/.test(name) ? "run" : name;
}
