import type { ServerSummary } from "../contract/server-summary.ts";
import { figure, percent, whole } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";

const BYTES_A_GB = 1e9;

/** What the service and its GPUs said of themselves. */
export function serverLines(server: ServerSummary, width: number): string[] {
  const { gpu } = server;
  return [
    ...labelledLines("server", serverText(server), width),
    ...(gpu === null ? [] : labelledLines("GPU", gpuText(gpu), width)),
  ];
}

function serverText(server: ServerSummary): string {
  const { running, waiting, kv_cache_use: kv, prefix_cache_hit_rate: hits, spec_acceptance_rate: accepted } = server;
  const parts = [
    running && `${figure(running.mean)} running (most ${whole(running.max)})`,
    waiting && `${figure(waiting.mean)} waiting (most ${whole(waiting.max)})`,
    kv && `KV cache ${percent(kv.mean, 1)} full (most ${percent(kv.max, 1)})`,
    hits !== null && `prefix cache hit rate ${percent(hits, 1)}`,
    accepted !== null && `draft tokens accepted ${percent(accepted, 1)}`,
    server.preemptions !== null && server.preemptions > 0 && `${whole(server.preemptions)} preemptions`,
    `read ${whole(server.readings)} times`,
  ];
  return parts.filter((part) => typeof part === "string").join(", ");
}

function gpuText({ gpus, power_w, use, memory_bytes, energy_j, joules_per_output_token }: Gpu): string {
  const parts = [
    `${whole(gpus)} of them`,
    power_w && `${figure(power_w.mean)} W (most ${figure(power_w.max)} W)`,
    use && `${percent(use.mean, 1)} used`,
    memory_bytes && `${figure(memory_bytes.max / BYTES_A_GB)} GB of memory`,
    energy_j !== null && `${figure(energy_j)} J`,
    joules_per_output_token !== null && `${figure(joules_per_output_token)} J an output token`,
  ];
  return parts.filter((part) => typeof part === "string").join(", ");
}

type Gpu = NonNullable<ServerSummary["gpu"]>;
