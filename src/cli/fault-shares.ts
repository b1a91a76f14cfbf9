import { UserError } from "../config/user-error.ts";
import { FAULT_NAMES, type FaultName, type FaultShares } from "../mock/faults.ts";
import { nearest } from "../registry/nearest.ts";
import { asNumber } from "./flag-kinds.ts";

/** In place of a name: each of them. */
const ALL = "all";
/** Shares such as 0.1 do not add up to the digit. */
const ROUNDING = 1e-9;

/** A share of the requests, from 0 to 1, of one fault or of each. */
export interface FaultShare {
  name: FaultName | typeof ALL;
  share: number;
}

/** Reads `reset=0.1`. @throws UserError */
export function asFaultShare(text: string): FaultShare {
  const [, name, share] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (name === undefined || share === undefined) {
    throw new UserError(`"${text}" is no fault with its share, such as reset=0.1`, 2);
  }
  return { name: knownName(name), share: asNumber({ min: 0, max: 1 })(share) };
}

/** What is said of one fault goes before what is said of all. @throws UserError where the shares are more than all requests */
export function faultShares(given: FaultShare[]): FaultShares {
  const shares = new Map<FaultName, number>();
  for (const { name, share } of given) if (name === ALL) for (const each of FAULT_NAMES) shares.set(each, share);
  for (const { name, share } of given) if (name !== ALL) shares.set(name, share);
  const sum = [...shares.values()].reduce((total, share) => total + share, 0);
  if (sum > 1 + ROUNDING) {
    throw new UserError(`--fault: the shares add up to ${Number(sum.toFixed(6))}, which is above 1`, 2);
  }
  return shares;
}

function knownName(name: string): FaultShare["name"] {
  const names = [...FAULT_NAMES, ALL] as const;
  const found = names.find((known) => known === name);
  if (found !== undefined) return found;
  const near = nearest(name, names);
  const guess = near === undefined ? "" : `did you mean ${near}? `;
  throw new UserError(`unknown fault "${name}": ${guess}There are ${FAULT_NAMES.join(", ")}, and ${ALL}`, 2);
}
