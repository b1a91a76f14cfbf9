import type { RunConfig, Secrets } from "../config/run-config.ts";
import { targetOf } from "../engine/target.ts";
import { postBeside, ServerCounter } from "../tokens/server-counter.ts";
import type { TokenCounter } from "../tokens/token-counter.ts";
import { chooseTokenizer, EMBEDDED, type LocalTokenizer } from "../tokens/tokenizer-choice.ts";
import { WorkerCounter } from "../tokens/worker-counter.ts";
import { fetchRouteOf } from "../transport/fetch-route.ts";

/** How a run counts tokens. Close the counter at its end. */
export interface TokenCounting {
  counter: TokenCounter;
  /** For counts that have to be there at once; loaded into this thread with the first one. */
  local: LocalTokenizer;
  /** Somebody named it: lengths are in its tokens. */
  named: boolean;
  /** Counting is work for the service: not while a level is measured. */
  costsService: boolean;
}

/** @throws UserError (exit 2) where --tokenizer-path is nothing that plumb knows */
export function tokenCounting(config: RunConfig, secrets: Secrets): TokenCounting {
  const { tokenizerPath, model } = config.params;
  const choice = tokenizerPath === undefined ? EMBEDDED : chooseTokenizer(tokenizerPath);
  const named = tokenizerPath !== undefined;
  if (choice.kind !== "server") {
    return { counter: new WorkerCounter(choice), local: choice, named, costsService: false };
  }
  const { url, headers } = targetOf(config, secrets);
  const { proxyCredentials } = secrets;
  const route = fetchRouteOf({ now: () => performance.now(), connection: config.connection, proxyCredentials });
  const counter = new ServerCounter(postBeside(url, headers, { ...route, proxy: route.proxy || "" }), model);
  return { counter, local: EMBEDDED, named, costsService: true };
}
