import { CONNECTION_FAULTS } from "./connection-faults.ts";
import type { Fault } from "./fault.ts";
import { HARMLESS_FAULTS } from "./harmless-faults.ts";
import { REFUSAL_FAULTS } from "./refusal-faults.ts";
import { REPLY_FAULTS } from "./reply-faults.ts";

const ALL = { ...CONNECTION_FAULTS, ...REPLY_FAULTS, ...REFUSAL_FAULTS, ...HARMLESS_FAULTS };

export type FaultName = keyof typeof ALL;

/** Everything that can be asked of the mock, by name. */
export const FAULTS: Record<FaultName, Fault> = ALL;
export const FAULT_NAMES = Object.keys(ALL) as FaultName[];

/** Which share of the requests meets which fault. */
export type FaultShares = ReadonlyMap<FaultName, number>;
