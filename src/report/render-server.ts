import type { ServerSummary } from "../contract/server-summary.ts";
import { figure, percent, whole } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import type { Say } from "./language.ts";

const BYTES_A_GB = 1e9;

/** What the service and its GPUs said of themselves. */
export function serverLines(server: ServerSummary, width: number, say: Say): string[] {
  const { gpu } = server;
  return [
    ...labelledLines(say("server"), serverText(server, say), width),
    ...(gpu === null ? [] : labelledLines("GPU", gpuText(gpu, say), width)),
  ];
}

function serverText(server: ServerSummary, say: Say): string {
  const { running, waiting, kv_cache_use: kv, prefix_cache_hit_rate: hits, spec_acceptance_rate: accepted } = server;
  const { preemptions } = server;
  const parts = [
    running && say("{n} running (most {max})", { n: figure(running.mean), max: whole(running.max) }),
    waiting && say("{n} waiting (most {max})", { n: figure(waiting.mean), max: whole(waiting.max) }),
    kv && say("KV cache {share} full (most {max})", { share: percent(kv.mean, 1), max: percent(kv.max, 1) }),
    hits !== null && say("prefix cache hit rate {share}", { share: percent(hits, 1) }),
    accepted !== null && say("draft tokens accepted {share}", { share: percent(accepted, 1) }),
    preemptions !== null && preemptions > 0 && say("{n} preemptions", { n: whole(preemptions) }),
    say("read {n} times", { n: whole(server.readings) }),
  ];
  return parts.filter((part) => typeof part === "string").join(", ");
}

function gpuText({ gpus, power_w, use, memory_bytes, energy_j, joules_per_output_token }: Gpu, say: Say): string {
  const parts = [
    say("{n} of them", { n: whole(gpus) }),
    power_w && say("{n} W (most {max} W)", { n: figure(power_w.mean), max: figure(power_w.max) }),
    use && say("{share} used", { share: percent(use.mean, 1) }),
    memory_bytes && say("{n} GB of memory", { n: figure(memory_bytes.max / BYTES_A_GB) }),
    energy_j !== null && `${figure(energy_j)} J`,
    joules_per_output_token !== null && say("{n} J an output token", { n: figure(joules_per_output_token) }),
  ];
  return parts.filter((part) => typeof part === "string").join(", ");
}

type Gpu = NonNullable<ServerSummary["gpu"]>;
