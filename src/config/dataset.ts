import { resolve } from "node:path";
import { chooseTokenizer } from "../tokens/tokenizer-choice.ts";
import type { Mistakes } from "./mistakes.ts";
import type { RunOptions } from "./run-options.ts";
import { UserError } from "./user-error.ts";

/** One of several datasets of a run. */
export interface DataPart {
  /** What its requests are called in the figures. */
  name: string;
  dataset: string;
  /** The file that defines the dataset plugin; absent for one that is built in. */
  datasetFile?: string;
  /** Its file or folder; absent: --dataset-path. */
  path?: string;
  /** Its share of the requests is weight / sum of all weights. */
  weight: number;
  /** Its own of --dataset-args, defaults filled in. */
  args: Record<string, unknown>;
}

/** In which order inputs are taken. */
export type DataOrder =
  /** As the dataset has them. */
  | { kind: "given" }
  /** A seeded random sample of so many, over and over. */
  | { kind: "sample"; count: number }
  | { kind: "shuffled" };

/** What is done with a dataset's inputs on their way. Plain data: it is stored and printed. */
export interface DataConfig {
  /** Empty: there is one, the run's `dataset`. */
  parts: DataPart[];
  order: DataOrder;
  /** Prompts are sent as the ids of their tokens. */
  tokenizePrompt: boolean;
  /**
   * What differs from run to run, so that the service cannot have it cached: the words of made prompts, the beginning of
   * every prompt, or nothing.
   */
  cacheBust: "made" | "all" | "none";
}

/** One dataset as it is. */
export const PLAIN_DATA: DataConfig = {
  parts: [],
  order: { kind: "given" },
  tokenizePrompt: false,
  cacheBust: "none",
};

/** @param chat whether prompts go to a chat endpoint; undefined: nobody knows, for the URL has a mistake */
export function findData(options: RunOptions, chat: boolean | undefined, mistakes: Mistakes): DataConfig {
  const { sample, shuffle, tokenizePrompt, cacheBust, tokenizerPath } = options;
  if (tokenizePrompt && chat === true) {
    mistakes.add(
      "--tokenize-prompt needs plain completions: end --url in /v1/completions, or --no-apply-chat-template",
    );
  }
  if (tokenizePrompt && tokenizerPath === undefined) {
    mistakes.add("--tokenize-prompt needs the model's tokenizer: give --tokenizer-path");
  }
  const order: DataOrder =
    sample !== undefined ? { kind: "sample", count: sample } : { kind: shuffle ? "shuffled" : "given" };
  return {
    parts: mistakes.attempt(() => parseDatasets(options.dataset ?? ""), "--dataset") ?? [],
    order,
    tokenizePrompt,
    cacheBust: cacheBust === undefined ? "made" : cacheBust ? "all" : "none",
  };
}

/**
 * `openqa:0.7,jsonl=chat.jsonl:0.3`: names, each with a path of its own or none, and a weight or 1. A single name is no
 * mixture: then the list is empty.
 * @throws UserError without the flag's name
 */
export function parseDatasets(text: string): DataPart[] {
  if (!/[,:=]/.test(text)) return [];
  const parts = text.split(",").map((part): DataPart => {
    const [, dataset, path, weight = "1"] = /^([^=:]+)(?:=(.*?))?(?::([\d.]+))?$/.exec(part.trim()) ?? [];
    const share = Number(weight);
    if (dataset === undefined || path === "" || !(share > 0)) {
      throw new UserError(`"${part}" is not NAME:WEIGHT or NAME=PATH:WEIGHT, such as openqa:0.7`, 2);
    }
    const name = path === undefined ? dataset : `${dataset}=${path}`;
    return { name, dataset, ...(path !== undefined && { path }), weight: share, args: {} };
  });
  const twice = parts.find(({ name }, index) => parts.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw new UserError(`${twice.name} stands in it twice`, 2);
  return parts;
}

/** The value of --tokenizer-path, a file's path made absolute. @throws UserError (exit 2) where it is nothing known */
export function findTokenizer(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const { kind } = chooseTokenizer(value);
  return kind === "json" || kind === "ranks" ? resolve(value) : value;
}
