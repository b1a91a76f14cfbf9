import type { ConfigDifference } from "./comparison-model.ts";
import type { Side } from "./side.ts";

/** Where results go and how they are shown: no part of what was measured. */
const NO_MATTER =
  /^(?:name|outputsDir|noTimestamp|json|debug|dryRun|strict|calibrate|params\.given\b|params\.url$|connection\.credentials\.)/;
const SHOWN = 120;

/** Options in which the first runs of the sides differ, and plumb's version and machine. */
export function configDifferences(sides: Side[]): ConfigDifference[] {
  const all = sides.map(({ runs }) => {
    const [{ config, version, machine }] = runs as [Side["runs"][number]];
    const options = flattened(config).filter(([option]) => !NO_MATTER.test(option));
    return new Map([
      ...options,
      ["plumb", JSON.stringify(version)] as const,
      ["machine", JSON.stringify(machine)] as const,
    ]);
  });
  const options = new Set(all.flatMap((own) => [...own.keys()]));
  return [...options].flatMap((option) => {
    const values = all.map((own) => own.get(option) ?? null);
    return values.every((value) => value === values[0]) ? [] : [{ option, values }];
  });
}

/** `a.b` and the JSON of what stands there, for every leaf; an array is a leaf. */
function flattened(value: unknown, path = ""): [option: string, text: string][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const text = JSON.stringify(value) ?? "null";
    return [[path, text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text]];
  }
  return Object.entries(value).flatMap(([key, inner]) => flattened(inner, path === "" ? key : `${path}.${key}`));
}
