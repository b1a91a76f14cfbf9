import type { Fields } from "./fields.ts";
import type { Input } from "./input.ts";
import type { Params } from "./params.ts";

/**
 * Fields of the body that somebody wrote out: those of a raw input, then an input's `extra`, then those of
 * `--extra-args`, the later before the earlier. They go before whatever the other options say.
 */
export function writtenFields(input: Input, params: Params): Fields {
  return { ...(input.kind === "raw" ? input.body : {}), ...input.extra, ...params.extraArgs };
}
