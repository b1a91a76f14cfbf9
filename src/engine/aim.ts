import type { RunConfig } from "../config/run-config.ts";
import type { TargetsConfig } from "../config/targets.ts";
import { mixedSeed } from "../load/stages.ts";
import { Prng } from "../tokens/prng.ts";

/** What a request asks for, and where. */
export interface Aim {
  model: string;
  /** URL; null: chosen when it is sent. */
  endpoint: string | null;
}

/** Sets these draws apart from others that go by the seed and an arrival's number. */
const SALT = 0x6d6f64;

/**
 * The model and the URL of an arrival, whole conversations included. They follow from its number and the seed alone:
 * the same load whatever the number of engines. Costs two short series of random numbers where models are drawn.
 */
export function aimOf(
  { params, url, targets, seed }: Pick<RunConfig, "params" | "url" | "targets" | "seed">,
  arrival: number,
): Aim {
  if (targets === undefined) return { model: params.model, endpoint: url };
  const { models, modelMix, urls } = targets;
  const model = models.length < 2 ? params.model : modelOf(targets, seed, arrival);
  if (isLeastBusy(targets)) return { model, endpoint: null };
  // Where both take turns, the URLs take theirs a round of the models at a time: each URL gets every model.
  const turn = modelMix === "round-robin" ? Math.floor(arrival / Math.max(1, models.length)) : arrival;
  return { model, endpoint: urls[turn % urls.length]! };
}

export function isLeastBusy({ urls, urlMix }: TargetsConfig): boolean {
  return urlMix === "least-busy" && urls.length > 1;
}

function modelOf({ models, modelMix }: TargetsConfig, seed: number, arrival: number): string {
  if (modelMix === "round-robin") return models[arrival % models.length]!.name;
  const all = models.reduce((sum, { weight }) => sum + weight, 0);
  let left = new Prng(mixedSeed(seed, arrival), SALT).fraction() * all;
  const drawn = models.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return (drawn ?? models.at(-1)!).name;
}
