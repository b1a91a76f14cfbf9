import type { Objective } from "../config/plan.ts";
import { readPrecisionRule } from "../metrics/precision-rule.ts";
import { readObjective } from "../metrics/slo.ts";
import { asChoice, asDuration, asJsonObjects, asNumber, asWhole, several, single, toggle } from "./flag-kinds.ts";

/** What a run does beyond sending each level once. */
export const PLAN_FLAGS = {
  repeat: single(asWhole({ min: 1, max: 1000 }), {
    help: "Runs of each level, interleaved; figures get a mean and a 95% interval",
    hint: "N",
    default: 1,
  }),
  until: single(readPrecisionRule, {
    help: "Repeat until a figure is known so well, at least 3 times: 'ttft_p99 ci<5%'",
    hint: "RULE",
  }),
  budget: single(asDuration({ min: 0.001 }), {
    help: "Longest time for --until (default: 10m or 20 repeats)",
    hint: "TIME",
  }),
  slo: several(readObjective, {
    help: "What must hold: 'ttft_p99<500ms,tpot_p95<50ms,success_rate>99.9%'",
    hint: "OBJECTIVE...",
    commas: true,
    default: [] as Objective[],
  }),
  gpus: single(asWhole({ min: 1 }), { help: "GPUs of the service: throughput is given for one too", hint: "N" }),
  gpuHourCost: single(asNumber({ min: 1e-6 }), {
    help: "Price of a GPU for an hour: tokens are given for a dollar too",
    hint: "DOLLARS",
  }),
};

const SLA_EXAMPLE = '{"p99_ttft": "<500ms"}';

/** evalscope's names of a search; `plumb find` is ours. */
export const SLA_FLAGS = {
  slaAutoTune: toggle({ help: "Search the largest load that holds --sla-params (see plumb find)", default: false }),
  slaVariable: single(asChoice(["parallel", "rate"]), {
    help: "What the search varies",
    hint: "parallel|rate",
    default: "parallel",
  }),
  slaParams: single(asJsonObjects(SLA_EXAMPLE), {
    help: `Limits of the search, JSON: ${SLA_EXAMPLE}`,
    hint: "JSON|@FILE",
  }),
  slaNumRuns: single(asWhole({ min: 1, max: 100 }), { help: "Runs of each load", hint: "N", default: 3 }),
  slaUpperBound: single(asWhole({ min: 1, max: 65_536 }), { help: "Highest load", hint: "N", default: 65_536 }),
  slaLowerBound: single(asWhole({ min: 1, max: 65_536 }), { help: "Lowest load", hint: "N", default: 1 }),
  slaNumberMultiplier: single(asNumber({ min: 0.01 }), {
    help: "Requests of a run, as so many times its load",
    hint: "X",
    default: 2,
  }),
};
