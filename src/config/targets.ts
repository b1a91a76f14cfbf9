import type { Mistakes } from "./mistakes.ts";
import { findRequestTarget, type RequestTarget } from "./request-target.ts";
import type { RunOptions } from "./run-options.ts";
import { UserError } from "./user-error.ts";

export type ModelMix = "round-robin" | "random";
/** least-busy: fewest in flight, within each engine. */
export type UrlMix = "round-robin" | "least-busy";

interface ModelShare {
  name: string;
  /** Its share of the requests is weight / sum of all weights, where they are drawn. */
  weight: number;
}

/** Several models or several URLs, and who gets which request. */
export interface TargetsConfig {
  /** Fewer than two: all requests ask for `params.model`. */
  models: ModelShare[];
  modelMix: ModelMix;
  /** At least one, whole, credentials removed. */
  urls: string[];
  urlMix: UrlMix;
}

/** `NAME:WEIGHT`. A tag as in `llama3:8b` is no number, so it belongs to the name. */
const WEIGHTED = /^(.+):(\d+\.?\d*|\.\d+)$/;

/**
 * Where requests go: the first URL's target, with the warnings of all; undefined where one cannot be used.
 * @param said whether --apply-chat-template was given, and which way
 */
export function findRequestTargets(
  texts: string[],
  tail: string,
  said: boolean | undefined,
  mistakes: Mistakes,
): (RequestTarget & { urls: string[] }) | undefined {
  const found = texts.map((text) => mistakes.attempt(() => findRequestTarget(text, tail, said), "--url"));
  const targets = found.filter((target) => target !== undefined);
  const [first, ...others] = targets;
  if (first === undefined || targets.length < texts.length) return undefined;
  const urls = targets.map(({ url }) => url);
  mistakes.attempt(() => refuseTwice(urls), "--url");
  if (others.some(({ urlCredentials }) => urlCredentials !== first.urlCredentials)) {
    mistakes.add("--url: all URLs get the same user and password: write them into each, or into none");
  }
  const other = others.find(({ applyChatTemplate }) => applyChatTemplate !== first.applyChatTemplate);
  if (other !== undefined) {
    mistakes.add(
      `--url: one of ${first.url} and ${other.url} takes messages and the other a prompt: say --apply-chat-template or --no-apply-chat-template`,
    );
  }
  return { ...first, urls, warnings: targets.flatMap(({ warnings }) => warnings) };
}

/** The first model ("" where none was given), and the choice; without one there is a single model and a single URL. */
export function findChoice(
  options: Pick<RunOptions, "model" | "modelMix" | "urlMix">,
  urls: string[],
  mistakes: Mistakes,
): { model: string; targets?: TargetsConfig } {
  const { modelMix, urlMix = "round-robin" } = options;
  const read = mistakes.attempt(() => readModels(options.model ?? [], modelMix), "--model");
  const { models, mix } = read ?? { models: [], mix: "round-robin" };
  const [model = ""] = models.map(({ name }) => name);
  if (models.length < 2 && urls.length < 2) return { model };
  return { model, targets: { models, modelMix: mix, urls, urlMix } };
}

/** @throws UserError where they contradict each other */
function readModels(texts: string[], mix: ModelMix | undefined): { models: TargetsConfig["models"]; mix: ModelMix } {
  // Of a single model a weight says nothing: then the number is a tag.
  const read = texts.map((text) => (texts.length === 1 ? { name: text, weight: null } : readModel(text)));
  refuseTwice(read.map(({ name }) => name));
  const models = read.map(({ name, weight }) => ({ name, weight: weight ?? 1 }));
  const without = read.filter(({ weight }) => weight === null);
  if (without.length === read.length) return { models, mix: mix ?? "round-robin" };
  if (without[0] !== undefined) {
    throw new UserError(`${without[0].name} has no weight: give every model one, or none`, 2);
  }
  if (mix === "round-robin") throw new UserError("weights are drawn: leave --model-mix round-robin out", 2);
  const weightless = models.find(({ weight }) => weight === 0);
  if (weightless !== undefined) throw new UserError(`${weightless.name} has the weight 0: leave it out`, 2);
  return { models, mix: "random" };
}

function readModel(text: string): { name: string; weight: number | null } {
  const [, name = text, weight] = WEIGHTED.exec(text) ?? [];
  return { name, weight: weight === undefined ? null : Number(weight) };
}

function refuseTwice(names: string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new UserError(`${twice} stands there twice`, 2);
}
