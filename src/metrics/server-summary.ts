import type { ServerSummary, Spread } from "../contract/server-summary.ts";
import type { RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import type { ServerSampleRow } from "../record/rows.ts";
import { type ServerFigure, serverFigure } from "./server-names.ts";

/** How long after a level's end a reading still tells of it, in seconds: one is made a second, and may take its time. */
const AFTER_S = 1.5;
const BYTES_A_MIB = 1024 * 1024;

/** How the series of one moment make one value. */
type How = "sum" | "mean";

/** Readings of one figure: of each series by its labels, in order of time. */
type Readings = Map<string, { time: number; value: number }[]>;

/**
 * What the server's own metrics page and its GPUs' said during a level; null: nothing was read then. Gauges are added up
 * over their series (replicas, GPUs) at each moment, shares are averaged; counters count by how much they went up.
 */
export function serverSummary(reader: RunReader, level: RecordedLevel, outputTokens: number): ServerSummary | null {
  const end = (level.endTime ?? Number.POSITIVE_INFINITY) + AFTER_S;
  const figures = new Map<ServerFigure, Readings>();
  const moments = new Set<number>();
  for (const row of reader.serverSamples(level.startTime, end)) {
    const figure = serverFigure(row.name);
    if (figure === null) continue;
    moments.add(row.time);
    add(figures, figure, row);
  }
  if (moments.size === 0) return null;
  const of = (figure: ServerFigure) => figures.get(figure) ?? new Map();
  // Counters are read on until something has read them behind the end; a gauge there tells of an idle server.
  const spread = (readings: Readings, how: How) => spreadOf(readings, how, level.endTime ?? Number.POSITIVE_INFINITY);
  return {
    readings: moments.size,
    running: spread(of("running"), "sum"),
    waiting: spread(of("waiting"), "sum"),
    kv_cache_use: spread(of("kvCacheUse"), "mean"),
    prefix_cache_hit_rate:
      share(increase(of("prefixHits")), increase(of("prefixQueries"))) ??
      spread(of("prefixHitRate"), "mean")?.mean ??
      null,
    spec_acceptance_rate:
      share(increase(of("specAccepted")), increase(of("specDrafted"))) ??
      spread(of("specAcceptance"), "mean")?.mean ??
      null,
    preemptions: increase(of("preemptions")),
    prompt_tokens: increase(of("promptTokens")),
    generated_tokens: increase(of("generatedTokens")),
    gpu: gpuSummary(of, spread, outputTokens),
  };
}

function gpuSummary(
  of: (figure: ServerFigure) => Readings,
  spread: (readings: Readings, how: How) => Spread | null,
  outputTokens: number,
): ServerSummary["gpu"] {
  const power = of("gpuPowerW");
  const use = of("gpuUsePercent");
  const memory = of("gpuMemoryMib");
  const gpus = Math.max(power.size, use.size, memory.size, of("gpuEnergyMj").size);
  if (gpus === 0) return null;
  const counted = increase(of("gpuEnergyMj"));
  const energyJ = counted === null ? integral(power) : counted / 1000;
  return {
    gpus,
    power_w: spread(power, "sum"),
    use: scaled(spread(use, "mean"), 1 / 100),
    memory_bytes: scaled(spread(memory, "sum"), BYTES_A_MIB),
    energy_j: energyJ,
    joules_per_output_token: share(energyJ, outputTokens),
  };
}

function add(
  figures: Map<ServerFigure, Readings>,
  figure: ServerFigure,
  { name, labels, time, value }: ServerSampleRow,
) {
  const readings: Readings = figures.get(figure) ?? new Map();
  figures.set(figure, readings);
  const key = `${name}${labels}`;
  const series = readings.get(key);
  if (series === undefined) readings.set(key, [{ time, value }]);
  else series.push({ time, value });
}

/** Over the moments: the sum, or the mean, of what the series said at each. */
function spreadOf(readings: Readings, how: How, end: number): Spread | null {
  const moments = new Map<number, { sum: number; count: number }>();
  for (const series of readings.values()) {
    for (const { time, value } of series) {
      if (time > end) continue;
      const { sum, count } = moments.get(time) ?? { sum: 0, count: 0 };
      moments.set(time, { sum: sum + value, count: count + 1 });
    }
  }
  if (moments.size === 0) return null;
  const values = [...moments.values()].map(({ sum, count }) => (how === "sum" ? sum : sum / count));
  return { mean: values.reduce((a, b) => a + b, 0) / values.length, max: Math.max(...values) };
}

/** By how much counters went up, all series together; one that went down began anew. null: fewer than two readings. */
function increase(readings: Readings): number | null {
  let total: number | null = null;
  for (const series of readings.values()) {
    for (let i = 1; i < series.length; i++) {
      const step = series[i]!.value - series[i - 1]!.value;
      total = (total ?? 0) + (step >= 0 ? step : series[i]!.value);
    }
  }
  return total;
}

/** Joules from watts: trapezoids between readings. */
function integral(readings: Readings): number | null {
  let total: number | null = null;
  for (const series of readings.values()) {
    for (let i = 1; i < series.length; i++) {
      const [before, here] = [series[i - 1]!, series[i]!];
      total = (total ?? 0) + ((before.value + here.value) / 2) * (here.time - before.time);
    }
  }
  return total;
}

function share(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

function scaled(of: Spread | null, by: number): Spread | null {
  return of === null ? null : { mean: of.mean * by, max: of.max * by };
}
