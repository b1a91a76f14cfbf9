import { type Input, type InputTiming, log, type Params, type Source } from "plumb";
import { paceOf } from "./replay-options.ts";
import { survey } from "./traces/survey.ts";
import type { TraceFormat } from "./traces/trace-format.ts";
import { type Manner, TraceInputs } from "./traces/trace-inputs.ts";
import { TraceTimes } from "./traces/trace-times.ts";

/** What there is to send, which is told too. @throws Error with every line that is wrong */
export async function timingOf(
  format: TraceFormat,
  path: string,
  params: Params,
  source: Source,
): Promise<InputTiming> {
  const { requests, ...timing } = await survey(format, path, paceOf(params), params, source);
  const { inputs, lastS } = timing;
  const turns = requests === inputs ? "" : ` in ${inputs} conversations`;
  log.info(`${path} is read as ${format.title}: ${requests} requests${turns}, begun within ${lastS.toFixed(1)} s`);
  return timing;
}

/** A trace's requests as inputs with times, in the order in which they are due. @throws Error at the first bad line */
export async function* replay(
  format: TraceFormat,
  path: string,
  manner: Manner,
  params: Params,
  source: Source,
): AsyncGenerator<Input> {
  const times = new TraceTimes(paceOf(params));
  const inputs = new TraceInputs(manner, params, source);
  for await (const item of format.items(path, source, params)) {
    if (item.kind === "fault") throw new Error(`${item.where} ${item.message}`);
    const dueS = times.place(item.requests);
    if (times.pastEnd) return;
    if (dueS.length > 0) yield await inputs.input(item.requests, dueS, item.inConversation);
  }
}
